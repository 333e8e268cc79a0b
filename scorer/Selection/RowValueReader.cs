using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>Reads a short list's rows from the pool's shards and computes what is needed of them, with the model and the masks of the scoring run.</summary>
/// <remarks>
/// So the score files stay small: what tens of thousands of rows need is computed again, exactly, for masks are a pure function of the seed.
/// Shards without a row of the list are not opened. Memory: a batch, and what <see cref="RowValueComputer"/> holds.
/// </remarks>
internal static class RowValueReader
{
    private const int RowsAtOnce = 2048;

    /// <summary>Reads the rows and computes what is needed of them.</summary>
    /// <param name="column">The vector column whose values are the embeddings; null for what the model gives.</param>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    /// <exception cref="DataException">The model or a shard is not what was scored.</exception>
    public static RowValues Read(RunRecord run, Shortlist list, Needs needs, string? column, Action<long> advance, CancellationToken stopping)
    {
        var pool = ShardSet.Resolve(run.Pool.Shards.Select(s => s.Path), run.Pool.Shards.Select(s => s.Columns).FirstOrDefault());
        var (package, inputs) = FedBy(run, pool);
        VectorColumn? compared = column is null ? null : pool.Vector(column);
        using var computer = new RowValueComputer(package, inputs, list, needs, compared, () => CommitteeOf(run, package, inputs));
        Read(computer, run.Pool.Shards.ToDictionary(s => s.Name), list, advance, stopping);
        return computer.Values();
    }

    /// <summary>The model that scored the pool.</summary>
    /// <exception cref="DataException">It is another one now.</exception>
    public static ModelPackage ModelOf(RunRecord run)
    {
        var package = ModelPackage.Open(run.Model.Path);
        package = run.Model.Output is { } output ? package.With(output.Choice) : package;
        return package.Sha256 == run.Model.Sha256 ? package
            : throw new DataException($"{package.Path} has SHA-256 {package.Sha256[..12]}…, the pool was scored with {run.Model.Sha256[..12]}…: score it again");
    }

    /// <summary>The model that scored the pool, and the columns of these shards that feed it.</summary>
    /// <exception cref="DataException">It is another one now, or the shards are not like the pool's.</exception>
    public static (ModelPackage Package, IReadOnlyList<FeatureInput> Inputs) FedBy(RunRecord run, ShardSet shards)
    {
        var (package, features) = MadeInputs.Fed(ModelOf(run), shards, run.Pool.Features);
        return package.Around == (run.Model.Around ?? "") ? (package, FeatureInput.Bind(package, shards, features))
            : throw new DataException($"what makes the inputs of {package.Path} (an encoder.json beside it, or the pool's padding) has changed since the pool was scored: score it again");
    }

    /// <summary>The committee that scored the pool: the same masks.</summary>
    public static Committee CommitteeOf(RunRecord run, ModelPackage package, IReadOnlyList<FeatureInput> inputs) =>
        Committee.Compile(package, inputs, run.Passes, run.Seed, Enum.Parse<MaskKind>(run.Masks, ignoreCase: true));

    /// <summary>Gives a computer the rows of a list.</summary>
    /// <param name="shards">Of the pool, by name.</param>
    /// <exception cref="DataException">A shard is not what it was.</exception>
    public static void Read(RowValueComputer computer, IReadOnlyDictionary<string, Shard> shards, Shortlist list, Action<long> advance, CancellationToken stopping)
    {
        foreach (var rows in list.Rows.Concat(list.Labelled).Index().GroupBy(r => r.Item.Shard))
        {
            var shard = shards.GetValueOrDefault(rows.Key) ?? throw new DataException($"the scores name shard {rows.Key}, which the record of the run does not: score the pool again");
            ReadShard(computer, shard, [.. rows.OrderBy(r => r.Item.Row)], advance, stopping);
        }
    }

    private static void ReadShard(RowValueComputer computer, Shard shard, (int Index, Candidate Item)[] rows, Action<long> advance, CancellationToken stopping)
    {
        using var reader = new ShardReader(shard, computer.Schema);
        var batch = new RowBatch(computer.Schema, RowBatch.RowsWithin(computer.Schema, RowsAtOnce));
        var next = 0;
        while (next < rows.Length && reader.Read(batch, stopping))
        {
            var first = next;
            for (; next < rows.Length && rows[next].Item.Row < batch.FirstRow + batch.Count; next++)
            {
                var (slot, wanted) = rows[next];
                var row = (int)(wanted.Row - batch.FirstRow);
                if (batch.Ids[row] != wanted.Id)
                {
                    throw Changed(shard, wanted.Row, $"has id '{batch.Ids[row]}'", wanted.Id);
                }
                computer.Add(batch, row, slot);
            }
            advance(next - first);
        }
        if (next < rows.Length)
        {
            throw Changed(shard, rows[next].Item.Row, "is gone", rows[next].Item.Id);
        }
    }

    private static DataException Changed(Shard shard, long row, string found, string id) =>
        new($"{shard.Path}: row {row} {found}, expected id '{id}' as scored: the shard has changed, score the pool again");
}

/// <summary>What the model makes of the rows of a short list; a part that was not asked for is empty.</summary>
/// <param name="Embeddings">Of the rows.</param>
/// <param name="Labelled">Embeddings of the labelled rows.</param>
/// <param name="Probabilities">[row, class] mean over the members, or [row, member, class] of each, as asked for.</param>
internal sealed record RowValues(Points Embeddings, Points Labelled, float[] Probabilities, int Members, int Classes)
{
    /// <summary>[target, member, class], of the rows that a query is to teach about.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>Nothing was asked for.</summary>
    public static readonly RowValues None = new(new Points([], 1), new Points([], 1), [], 0, 0);
}

/// <summary>What a strategy needs to know of the rows.</summary>
[Flags]
internal enum Needs
{
    None = 0,
    Embeddings = 1,
    MeanProbabilities = 2,
    MemberProbabilities = 4,

    /// <summary>Those of the members for target rows too.</summary>
    Targets = 8,
}

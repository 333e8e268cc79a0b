using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>A pool before the first label: rows without scores, and embeddings from a column or a model.</summary>
/// <remarks>Read twice where embeddings are needed: once for which rows are usable, once for those looked at. Memory: the ids of all rows.</remarks>
internal sealed class UnscoredPool : ICandidatePool
{
    private const int RowsAtOnce = 2048;

    private readonly ShardSet shards;
    private readonly ModelPackage? package;
    private readonly IReadOnlyList<FeatureInput> inputs;
    private readonly VectorColumn? compared;
    private readonly string rejectsPath;
    private readonly string command;

    /// <param name="needs">What the strategy needs to know of the rows.</param>
    /// <param name="rejectsPath">The file of rows that cannot be used.</param>
    /// <param name="command">Which writes it.</param>
    /// <exception cref="UsageException">It is open what the embeddings are.</exception>
    /// <exception cref="DataException">The model or a shard cannot be used.</exception>
    public UnscoredPool(SelectOptions options, Needs needs, string rejectsPath, string command = "scorer select")
    {
        (this.rejectsPath, this.command) = (rejectsPath, command);
        shards = ShardSet.Resolve(options.Pool);
        RowCount = shards.CountRows();
        package = options.Model is { } model ? ModelPackage.Open(model) : null;
        inputs = package is null ? [] : FeatureInput.Bind(package, shards, []);
        var column = options.Column ?? (package is null && needs != Needs.None ? ColumnEmbedder.OnlyColumn(shards) : null);
        compared = column is null ? null : shards.Vector(column);
    }

    /// <inheritdoc/>
    public long RowCount { get; }

    /// <inheritdoc/>
    public RunModel? Model => package is null ? null : new(package.Path, package.Sha256, package.Manifest?.Task, package.Manifest?.Round);

    /// <summary>Rows that cannot be used, of those read so far.</summary>
    public long Rejected { get; private set; }

    /// <summary>Tells of rows that cannot be used, where there are any.</summary>
    public void TellOfRejected(Action<string> tell)
    {
        if (Rejected > 0)
        {
            tell(RejectReasons.Counted(Rejected));
        }
    }

    /// <summary>The column that is compared; null for the model's embedding.</summary>
    public string? Compared => compared?.Name;

    /// <summary>Numbers of the vectors that are read of a row.</summary>
    public int Width => compared?.Width ?? inputs.Sum(input => input.Width);

    /// <inheritdoc/>
    public ulong Seed => 0;

    /// <inheritdoc/>
    public int Passes => 0;

    /// <inheritdoc/>
    public ScoreColumn? ScoreBy(StrategyKind kind, string? asked) =>
        !kind.CoversPool ? throw new UsageException($"--strategy {kind.Name} goes by scores, which the rows of --pool do not have, expected {string.Join(", ", StrategyKind.All.Where(k => k.CoversPool).Select(k => k.Name))}: or train a model, score the pool and name --scores")
        : asked is null ? null
        : throw new UsageException($"--by {asked} is a score, which the rows of --pool do not have: leave it out");

    /// <inheritdoc/>
    public IEnumerable<Candidate> Rows(ScoreColumn? by, Action<long> advance, CancellationToken stopping)
    {
        var schema = new RowSchema([.. Columns().Distinct()]);
        shards.RequireColumns(schema);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var rejects = new RejectsFile(rejectsPath, new Provenance(command));
        var batch = new RowBatch(schema, RowBatch.RowsWithin(schema, RowsAtOnce));
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    var reason = batch.Faults[row] != RowFaults.None ? RowFaultText.Of(batch.Faults[row]) : seen.Add(batch.Ids[row]) ? null : "id stands already in the pool";
                    if (reason is null)
                    {
                        yield return new Candidate(batch.Ids[row], shard.Name, batch.FirstRow + row, "", double.NaN);
                    }
                    else
                    {
                        Rejected++;
                        rejects.Write(batch.Ids[row], shard.Name, batch.FirstRow + row, reason);
                    }
                }
                advance(batch.Count);
            }
        }
        rejects.Complete();
    }

    /// <inheritdoc/>
    public RowValues Values(Shortlist list, Needs needs, string? column, Action<long> advance, CancellationToken stopping)
    {
        using var computer = new RowValueComputer(package, inputs, list, needs, compared, () => throw new InvalidOperationException("no strategy that covers a pool needs a committee"));
        RowValueReader.Read(computer, shards.ToDictionary(shard => shard.Name), list, advance, stopping);
        return computer.Values();
    }

    /// <summary>Gives rows of the pool with their embeddings, some at a time; the pool is read once.</summary>
    /// <param name="rows">In the order of <see cref="Rows"/>.</param>
    /// <param name="from">The place among them of the first that is wanted: where rows that <paramref name="take"/> was told ended.</param>
    /// <param name="take">Told the place among them of the first of some rows, and their embeddings.</param>
    /// <exception cref="DataException">A row does not stand where it stood.</exception>
    public void Embed(IReadOnlyList<Candidate> rows, int from, Action<int, Points> take, Action<long> advance, CancellationToken stopping)
    {
        var schema = new RowSchema([.. Columns().Distinct()]);
        using var embedder = RowValueComputer.EmbedderOf(package, inputs, compared, schema);
        using var run = embedder.NewRun();
        var batch = new RowBatch(schema, Embedder.BatchRows);
        var next = 0;
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                var first = next;
                while (next < rows.Count && rows[next].Shard == shard.Name && rows[next].Row < batch.FirstRow + batch.Count)
                {
                    next++;
                }
                if (next > Math.Max(first, from))
                {
                    run.Embed(batch);
                    take(first, new Points([.. Enumerable.Range(first, next - first).SelectMany(at => VectorOf(rows[at]))], embedder.Width));
                    advance(next - first);
                }
            }

            float[] VectorOf(Candidate row) => (int)(row.Row - batch.FirstRow) is var at && batch.Ids[at] == row.Id
                ? run.VectorsOf(batch).Slice(at * embedder.Width, embedder.Width).ToArray()
                : throw new DataException($"{shard.Path}: row {row.Row} has id '{batch.Ids[at]}', expected '{row.Id}': the shard has changed meanwhile, start again");
        }
    }

    private IEnumerable<VectorColumn> Columns() => compared is { } column ? [column] : inputs.SelectMany(input => input.Columns);
}

using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>Computes embeddings and probabilities of a short list's rows from the pool's shards, with the model and the masks of the scoring run.</summary>
/// <remarks>
/// So the score files stay small: what tens of thousands of rows need is computed again, exactly, for masks are a pure function of the seed.
/// Shards without a row of the list are not opened. Memory: what <see cref="RowValues"/> holds, and two batches.
/// </remarks>
internal sealed class RowValueReader : IDisposable
{
    private const int RowsAtOnce = 2048;

    private readonly RunRecord run;
    private readonly Shortlist list;
    private readonly RowSchema schema;
    private readonly Embedder? embedder;
    private readonly EmbedderRun? embedding;
    private readonly Committee? committee;
    private readonly CommitteeRun? members;
    private readonly bool mean;
    private readonly RowBatch gathered;
    private readonly int[] slots = new int[Embedder.BatchRows]; // [gathered row]: its place among the rows, the labelled ones behind them.
    private readonly float[] embeddings;
    private readonly float[] probabilities;

    private RowValueReader(RunRecord run, Shortlist list, Needs needs, string? column)
    {
        (this.run, this.list) = (run, list);
        var package = ModelPackage.Open(run.Model.Path);
        if (package.Sha256 != run.Model.Sha256)
        {
            throw new DataException($"{package.Path} has SHA-256 {package.Sha256[..12]}…, the pool was scored with {run.Model.Sha256[..12]}…: score it again");
        }
        var shards = ShardSet.Resolve(run.Pool.Shards.Select(s => s.Path));
        var inputs = FeatureInput.Bind(package, shards, run.Pool.Features);
        // The column that is compared comes first: there its embedder looks for it.
        VectorColumn[] compared = column is null ? [] : [new VectorColumn(column, shards.VectorWidth(column))];
        schema = new RowSchema([.. compared.Concat(inputs.SelectMany(i => i.Columns)).Distinct()]);
        gathered = new RowBatch(schema, Embedder.BatchRows);
        if (needs.HasFlag(Needs.Embeddings))
        {
            embedder = column is null && GivesEmbeddings(package) ? Embedder.OfModel(package, inputs)
                // Rows of a model that gives no embedding are compared by what it reads, if that is one vector.
                : column is not null || schema.Vectors.Count == 1 ? Embedder.OfColumn(schema.Vectors[0])
                : throw new DataException($"{package.Path} has no output '{Embedder.Output}' and reads {schema.Vectors.Count} columns, so it is open what is compared: name one of {string.Join(", ", schema.Vectors.Select(v => v.Name))} with --column, or publish or export the model with that output and score again");
            embedding = embedder.NewRun();
        }
        mean = needs.HasFlag(Needs.MeanProbabilities);
        if (mean || needs.HasFlag(Needs.MemberProbabilities))
        {
            committee = Committee.Compile(package, inputs, run.Passes, run.Seed, Enum.Parse<MaskKind>(run.Masks, ignoreCase: true));
            members = committee.NewRun();
        }
        embeddings = new float[checked((list.Rows.Count + list.Labelled.Count) * (embedder?.Width ?? 0))];
        probabilities = new float[checked(list.Rows.Count * RowProbabilities)];
    }

    private static bool GivesEmbeddings(ModelPackage package) => package.Model.Graph.Output.Any(o => o.Name == Embedder.Output);

    private int RowProbabilities => committee is null ? 0 : mean ? committee.Classes : committee.Members * committee.Classes;

    /// <summary>Reads the rows and computes what is needed of them.</summary>
    /// <param name="column">The vector column whose values are the embeddings; null for what the model gives.</param>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    /// <exception cref="DataException">The model or a shard is not what was scored.</exception>
    public static RowValues Read(RunRecord run, Shortlist list, Needs needs, string? column, Action<long> advance, CancellationToken stopping)
    {
        using var reader = new RowValueReader(run, list, needs, column);
        var shards = run.Pool.Shards.ToDictionary(s => s.Name);
        foreach (var rows in list.Rows.Concat(list.Labelled).Index().GroupBy(r => r.Item.Shard))
        {
            reader.ReadShard(shards[rows.Key], [.. rows.OrderBy(r => r.Item.Row)], advance, stopping);
        }
        reader.Compute();
        return reader.Values();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        members?.Dispose();
        committee?.Dispose();
        embedding?.Dispose();
        embedder?.Dispose();
    }

    private RowValues Values()
    {
        var width = embedder?.Width ?? 1;
        var labelledAt = list.Rows.Count * (embedder?.Width ?? 0);
        return new RowValues(
            new Points(embeddings[..labelledAt], width), new Points(embeddings[labelledAt..], width), probabilities, committee?.Members ?? 0, committee?.Classes ?? 0);
    }

    private void ReadShard(Shard shard, (int Index, Candidate Item)[] rows, Action<long> advance, CancellationToken stopping)
    {
        using var reader = new ShardReader(shard, schema);
        var batch = new RowBatch(schema, RowsAtOnce);
        var next = 0;
        while (next < rows.Length && reader.Read(batch, stopping))
        {
            var first = next;
            for (; next < rows.Length && rows[next].Item.Row < batch.FirstRow + batch.Count; next++)
            {
                Gather(shard, batch, (int)(rows[next].Item.Row - batch.FirstRow), rows[next].Item.Id, rows[next].Index);
            }
            advance(next - first);
        }
        if (next < rows.Length)
        {
            throw Changed(shard, rows[next].Item.Row, "is gone", rows[next].Item.Id);
        }
    }

    private void Gather(Shard shard, RowBatch batch, int row, string id, int slot)
    {
        if (batch.Ids[row] != id)
        {
            throw Changed(shard, batch.FirstRow + row, $"has id '{batch.Ids[row]}'", id);
        }
        for (var column = 0; column < schema.Vectors.Count; column++)
        {
            var width = schema.Vectors[column].Width;
            batch.Vectors[column].AsSpan(row * width, width).CopyTo(gathered.Vectors[column].AsSpan(gathered.Count * width));
        }
        slots[gathered.Count++] = slot;
        if (gathered.Count == gathered.Capacity)
        {
            Compute();
        }
    }

    private static DataException Changed(Shard shard, long row, string found, string id) =>
        new($"{shard.Path}: row {row} {found}, expected id '{id}' as scored: the shard has changed, score the pool again");

    /// <summary>Computes the gathered rows and empties the batch.</summary>
    private void Compute()
    {
        if (embedding is not null && embedder is not null)
        {
            embedding.Embed(gathered);
            var vectors = embedding.VectorsOf(gathered);
            for (var row = 0; row < gathered.Count; row++)
            {
                vectors.Slice(row * embedder.Width, embedder.Width).CopyTo(embeddings.AsSpan(slots[row] * embedder.Width));
            }
        }
        if (members is not null && committee is not null)
        {
            for (var at = 0; at < gathered.Count; at += committee.TileRows)
            {
                var rows = Math.Min(committee.TileRows, gathered.Count - at);
                members.Load(gathered, at, rows);
                members.Run();
                for (var row = 0; row < rows; row++)
                {
                    if (slots[at + row] < list.Rows.Count)
                    {
                        Softmax.Members(
                            members, row, committee.Members, committee.Classes, mean,
                            probabilities.AsSpan(slots[at + row] * RowProbabilities, RowProbabilities));
                    }
                }
            }
        }
        gathered.Count = 0;
    }
}

using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Selection;

/// <summary>Computes embeddings and probabilities of a short list's rows, which it is given one by one in any order.</summary>
/// <remarks>Memory: what <see cref="RowValues"/> holds, and a batch. Not for two threads at a time.</remarks>
internal sealed class RowValueComputer : IDisposable
{
    private const long MostProbabilities = 1 << 28; // 4 bytes each, and some strategies keep them twice.
    private readonly int rowCount;
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

    /// <param name="package">Null where a column is compared and nothing else is computed.</param>
    /// <param name="list">Whose rows, and behind them labelled rows, are given.</param>
    /// <param name="compared">The vector column whose values are the embeddings; null for what the model gives.</param>
    /// <param name="compile">Makes the committee that scored the rows, where probabilities are needed.</param>
    /// <exception cref="DataException">The model gives no embedding, and its inputs leave open what to compare instead.</exception>
    public RowValueComputer(ModelPackage? package, IReadOnlyList<FeatureInput> inputs, Shortlist list, Needs needs, VectorColumn? compared, Func<Committee> compile)
    {
        rowCount = list.Rows.Count;
        // The column that is compared comes first: there its embedder looks for it.
        schema = new RowSchema([.. ((VectorColumn[])(compared is { } column ? [column] : [])).Concat(inputs.SelectMany(i => i.Columns)).Distinct()]);
        gathered = new RowBatch(schema, Embedder.BatchRows);
        if (needs.HasFlag(Needs.Embeddings))
        {
            embedder = EmbedderOf(package, inputs, compared, schema);
            embedding = embedder.NewRun();
        }
        mean = needs.HasFlag(Needs.MeanProbabilities);
        if (mean || needs.HasFlag(Needs.MemberProbabilities))
        {
            committee = compile();
            members = committee.NewRun();
        }
        RequireRoom(rowCount, RowProbabilities);
        embeddings = new float[checked((rowCount + list.Labelled.Count) * (embedder?.Width ?? 0))];
        probabilities = new float[checked(rowCount * RowProbabilities)];
    }

    /// <exception cref="UsageException">The probabilities of so many rows would take gigabytes.</exception>
    internal static void RequireRoom(int rows, long probabilities)
    {
        if (rows * probabilities > MostProbabilities)
        {
            throw new UsageException($"--candidates {rows:N0}: {probabilities:N0} probabilities of each are kept, which allows at most {MostProbabilities / probabilities:N0} candidates: lower --candidates, or choose by --strategy top, power or coreset");
        }
    }

    /// <summary>The columns to read.</summary>
    public RowSchema Schema => schema;

    /// <summary>What makes vectors of rows: the column that is compared, else the model.</summary>
    /// <exception cref="DataException">The model gives no embedding, and its inputs leave open what to compare instead.</exception>
    public static Embedder EmbedderOf(ModelPackage? package, IReadOnlyList<FeatureInput> inputs, VectorColumn? compared, RowSchema schema) =>
        compared is null && package is not null && GivesEmbeddings(package) ? Embedder.OfModel(package, inputs)
        // Rows of a model that gives no embedding are compared by what it reads, if that is one vector.
        : compared is not null || schema.Vectors.Count == 1 ? Embedder.OfColumn(schema.Vectors[0])
        : throw new DataException($"{package?.Path} has no output '{Embedder.Output}' and reads {schema.Vectors.Count} columns, so it is open what is compared: name one of {string.Join(", ", schema.Vectors.Select(v => v.Name))} with --column, or publish or export the model with that output and score again");

    private int RowProbabilities => committee is null ? 0 : mean ? committee.Classes : committee.Members * committee.Classes;

    /// <summary>Takes a row.</summary>
    /// <param name="batch">Of a schema that has the columns of <see cref="Schema"/>.</param>
    /// <param name="row">The row's place in the batch.</param>
    /// <param name="slot">Its place in the list, labelled rows behind the others.</param>
    public void Add(RowBatch batch, int row, int slot)
    {
        for (var column = 0; column < schema.Vectors.Count; column++)
        {
            var vector = schema.Vectors[column];
            batch.VectorsOf(vector).AsSpan(row * vector.Width, vector.Width).CopyTo(gathered.Vectors[column].AsSpan(gathered.Count * vector.Width));
        }
        slots[gathered.Count++] = slot;
        if (gathered.Count == gathered.Capacity)
        {
            Compute();
        }
    }

    /// <summary>What came of all rows.</summary>
    public RowValues Values()
    {
        Compute();
        var width = embedder?.Width ?? 1;
        var labelledAt = rowCount * (embedder?.Width ?? 0);
        return new RowValues(
            new Points(embeddings[..labelledAt], width), new Points(embeddings[labelledAt..], width), probabilities, committee?.Members ?? 0, committee?.Classes ?? 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        members?.Dispose();
        committee?.Dispose();
        embedding?.Dispose();
        embedder?.Dispose();
    }

    private static bool GivesEmbeddings(ModelPackage package) => package.Model.Graph.Output.Any(o => o.Name == Embedder.Output);

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
                members.Run(rows);
                for (var row = 0; row < rows; row++)
                {
                    if (slots[at + row] < rowCount)
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

using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>Streams a pool once and keeps its labelled rows.</summary>
internal static class LabelledRowReader
{
    /// <summary>Why a label cannot be used whose row no shard holds.</summary>
    public const string NotInPool = "not in the pool";

    private const int BatchRows = 2048;

    /// <summary>Reads the labelled rows.</summary>
    /// <param name="pool">The shards.</param>
    /// <param name="columns">The feature columns, joined in this order.</param>
    /// <param name="labels">Which rows are labelled, and how.</param>
    /// <param name="advance">Called with the rows read since the last call.</param>
    /// <param name="stopping">Stops between batches.</param>
    /// <param name="unusable">Given the labels whose rows cannot be learnt from, with the reason, instead of an exception; null to throw.</param>
    /// <param name="visit">Shown every batch.</param>
    /// <returns>Ids (unique), joined features and labels in the order of the pool; labels · features · 4 bytes in all.</returns>
    /// <exception cref="DataException">
    /// A shard cannot be read, a labelled row is faulty or stands twice, a label is for an id that is not in the pool, or nothing is labelled.
    /// </exception>
    public static IReadOnlyList<(string Id, float[] Features, string Label)> Read(
        ShardSet pool, IReadOnlyList<VectorColumn> columns, LabelSource labels, Action<long> advance, CancellationToken stopping,
        ICollection<(string Id, string Why)>? unusable = null, Action<RowBatch>? visit = null) =>
        Found(pool, columns, labels, advance, stopping, unusable, visit) is { Count: > 0 } rows ? rows
        : throw new DataException("no row is labelled: give a label file with rows, or a label column that is not NULL everywhere");

    /// <summary>As <see cref="Read"/>, and there may be none.</summary>
    internal static IReadOnlyList<(string Id, float[] Features, string Label)> Found(
        ShardSet pool, IReadOnlyList<VectorColumn> columns, LabelSource labels, Action<long> advance, CancellationToken stopping,
        ICollection<(string Id, string Why)>? unusable = null, Action<RowBatch>? visit = null)
    {
        var schema = new RowSchema(columns, LabelColumn: (labels as LabelSource.Column)?.Name);
        var batch = new RowBatch(schema, BatchRows);
        var rows = new List<(string Id, float[] Features, string Label)>();
        var found = new HashSet<string>();
        var (faulty, twice) = (new RowExamples(), new RowExamples());
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                visit?.Invoke(batch);
                for (var row = 0; row < batch.Count; row++)
                {
                    if (Label(batch, row, labels) is not { } label)
                    {
                        continue;
                    }
                    var id = batch.Ids[row];
                    if (batch.Faults[row] != RowFaults.None && unusable is not null)
                    {
                        found.Add(id);
                        unusable.Add((id, $"its vector cannot be learnt from ({RowFaultText.Of(batch.Faults[row])})"));
                    }
                    else if (batch.Faults[row] != RowFaults.None)
                    {
                        faulty.Add($"'{id}' ({shard.Name} row {batch.FirstRow + row})", RowFaultText.Of(batch.Faults[row]));
                    }
                    else if (!found.Add(id))
                    {
                        twice.Add($"'{id}' (again in {shard.Name} row {batch.FirstRow + row})");
                    }
                    else
                    {
                        rows.Add((id, Join(batch, row), label));
                    }
                }
                advance(batch.Count);
            }
        }
        faulty.ThrowIfAny("labelled rows have vectors that cannot be learnt from", "mend the shards or take their labels out");
        twice.ThrowIfAny("labelled ids stand more than once in the pool", "make ids unique: a label must mean one row");
        var unknown = new RowExamples();
        foreach (var id in (labels as LabelSource.Given)?.ById.Keys.Where(id => !found.Contains(id)).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            unknown.Add($"'{id}'");
            unusable?.Add((id, NotInPool));
        }
        if (unusable is null)
        {
            unknown.ThrowIfAny("labels are for ids that are not in the pool", "add the shards that hold them or take the labels out");
        }
        return rows;
    }

    internal static string? Label(RowBatch batch, int row, LabelSource? labels) => labels switch
    {
        LabelSource.Given given => given.ById.GetValueOrDefault(batch.Ids[row]),
        LabelSource.Column => batch.Labels[row],
        _ => null,
    };

    internal static float[] Join(RowBatch batch, int row)
    {
        var joined = new float[batch.Schema.Vectors.Sum(v => v.Width)];
        var start = 0;
        for (var column = 0; column < batch.Vectors.Length; column++)
        {
            var width = batch.Schema.Vectors[column].Width;
            batch.Vectors[column].AsSpan(row * width, width).CopyTo(joined.AsSpan(start));
            start += width;
        }
        return joined;
    }
}

/// <summary>A row with its label.</summary>
/// <param name="Id">Unique in its set.</param>
/// <param name="Features">The feature columns' values, joined in the set's order of columns.</param>
/// <param name="Class">Place in <see cref="TrainingSet.Classes"/>.</param>
internal sealed record LabelledRow(string Id, float[] Features, int Class)
{
    /// <summary>Places of the classes that a row with a partial label may be of, whose <see cref="Class"/> is -1; null for others.</summary>
    public int[]? Possible { get; init; }

    /// <summary>Copies the features into a model's inputs.</summary>
    /// <param name="inputs">The model's inputs, in the order of the set's columns.</param>
    /// <param name="buffer">By input: [row, width].</param>
    /// <param name="place">Which row of the buffers to fill.</param>
    internal void Fill(IReadOnlyList<ModelInput> inputs, Func<string, Span<float>> buffer, int place)
    {
        var start = 0;
        foreach (var input in inputs)
        {
            var width = (int)input.Dims[1];
            Features.AsSpan(start, width).CopyTo(buffer(input.Name)[(place * width)..]);
            start += width;
        }
    }
}

/// <summary>Where labels come from: label files, or a column of the shards.</summary>
internal abstract record LabelSource
{
    /// <summary>Labels by row id; each id must be in the pool.</summary>
    public sealed record Given(IReadOnlyDictionary<string, string> ById) : LabelSource;

    /// <summary>Every row whose value in this column is not NULL has it for a label.</summary>
    public sealed record Column(string Name) : LabelSource;
}

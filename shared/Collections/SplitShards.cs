using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.Collections;

/// <summary>A series of shards a split, <c>train-00000.parquet</c> and so on, in a folder that is not whole yet.</summary>
internal sealed class SplitShards(string folder, IReadOnlyList<ShardColumn> columns, Provenance provenance, int shardRows) : IDisposable
{
    private readonly SortedDictionary<string, (ShardWriter Writer, int Number, int Rows)> open = new(StringComparer.Ordinal);

    public void Write(PreparedPicture row, string split)
    {
        var known = open.TryGetValue(split, out var at);
        if (known && at.Rows == shardRows)
        {
            Complete(at.Writer);
        }
        if (!known || at.Rows == shardRows)
        {
            var number = known ? at.Number + 1 : 0;
            at = (new ShardWriter(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{split}-{number:00000}.parquet")), columns, provenance), number, 0);
        }
        at.Writer.Write(1, row.Values(split));
        open[split] = at with { Rows = at.Rows + 1 };
    }

    public void Complete()
    {
        foreach (var (writer, _, _) in open.Values)
        {
            Complete(writer);
        }
        open.Clear();
    }

    public void Dispose()
    {
        foreach (var (writer, _, _) in open.Values)
        {
            writer.Dispose();
        }
    }

    private static void Complete(ShardWriter writer)
    {
        writer.Complete();
        writer.Dispose();
    }
}

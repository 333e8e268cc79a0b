using ParquetPool.Columns;

namespace ParquetPool.Shards;

/// <summary>Checks at the writer's border, so that the copying behind it need not.</summary>
internal static class RowArrays
{
    /// <exception cref="ArgumentException">An array is missing, of another type or too short.</exception>
    public static void Check(IReadOnlyList<ShardColumn> columns, int rows, ReadOnlySpan<Array> arrays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (arrays.Length != columns.Count)
        {
            throw new ArgumentException($"{arrays.Length} arrays for {columns.Count} columns: give one per column", nameof(arrays));
        }

        for (var i = 0; i < arrays.Length; i++)
        {
            var column = columns[i];
            var needed = (long)rows * (column.IsVector ? column.Width : 1);
            if (arrays[i].GetType() != ArrayType(column.Type))
            {
                throw new ArgumentException($"column {column.Name} is {column.Type} and takes {ArrayType(column.Type).Name}, not {arrays[i].GetType().Name}", nameof(arrays));
            }

            if (arrays[i].Length < needed)
            {
                throw new ArgumentException($"column {column.Name} has {arrays[i].Length} values, {rows} rows need {needed}", nameof(arrays));
            }
        }
    }

    private static Type ArrayType(ShardType type) => type switch
    {
        ShardType.Text => typeof(string[]),
        ShardType.Int64 => typeof(long[]),
        ShardType.Int32 => typeof(int[]),
        ShardType.Double => typeof(double[]),
        ShardType.Boolean => typeof(bool[]),
        ShardType.Image => typeof(ImageCell[]),
        ShardType.Bytes => typeof(byte[]),
        _ => typeof(float[]),
    };
}

using ParquetPool.Errors;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Flattens a row's dimensions.</summary>
internal static class Shape
{
    // A batch of rows must fit one array.
    private const long WidestRow = 1 << 24;

    /// <exception cref="DataException">A row has no values, or more than 16 million.</exception>
    public static int Width(string path, IReadOnlyList<int> dimensions)
    {
        var width = dimensions.Aggregate(1.0, (product, size) => product * size);
        return width is >= 1 and <= WidestRow
            ? (int)width
            : throw new DataException($"{path}: a row has {string.Join(" x ", dimensions)} values, expected 1 to {WidestRow}: check the file");
    }
}

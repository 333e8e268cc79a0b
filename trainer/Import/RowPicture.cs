using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>How the numbers of an imported row are a picture, as the shards remember it.</summary>
internal static class RowPicture
{
    private const int MostSide = 4096;

    /// <summary>Such as <c>28x28</c>, <c>3x32x32</c> or <c>32x32x3</c>; null where neither the user nor the source says so.</summary>
    /// <exception cref="UsageException">What the user says is no picture, or not of the row's numbers.</exception>
    public static string? Of(string? said, IRowSource source)
    {
        if (said is null)
        {
            return source.Picture is { } own && IsPicture(own) ? string.Join('x', own) : null;
        }
        int[] dims = [.. said.Split('x').Select(side => int.TryParse(side, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return !IsPicture(dims) ? throw new UsageException($"--image {said} is no picture, expected height x width (28x28), channels x height x width (3x32x32) or height x width x channels (32x32x3)")
            : dims.Aggregate(1L, (product, side) => product * side) != source.Width ? throw new UsageException($"--image {said} is {dims.Aggregate(1L, (product, side) => product * side)} numbers and a row has {source.Width}, expected as many: give the shape of the rows")
            : string.Join('x', dims);
    }

    private static bool IsPicture(IReadOnlyList<int> dims) =>
        dims.All(side => side is >= 1 and <= MostSide) && (dims.Count == 2 || (dims.Count == 3 && (dims[0] is 1 or 3 || dims[2] is 1 or 3)));
}

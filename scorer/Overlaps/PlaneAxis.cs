using System.Collections.Concurrent;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>Of which numbers of a line each number of a shorter or longer line is the mean, and with what weights.</summary>
/// <param name="Starts">[number]: the first that it is made of.</param>
/// <param name="Weights">[number]: of those from there on; their sum is 1.</param>
internal sealed record PlaneAxis(int[] Starts, float[][] Weights)
{
    // Sides of at most GreyPicture.Side each: a few thousand.
    private static readonly ConcurrentDictionary<(int From, int To), PlaneAxis> Known = [];

    public static PlaneAxis Of(int from, int to) => Known.GetOrAdd((from, to), sides => Triangles(sides.From, sides.To));

    public void Resize(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < Weights[i].Length; k++)
            {
                sum += Weights[i][k] * from[Starts[i] + k];
            }
            to[i] = sum;
        }
    }

    /// <summary>Triangles of twice the width of a number, of the longer line's: what antialiased bilinear resampling takes.</summary>
    private static PlaneAxis Triangles(int from, int to)
    {
        var (scale, starts, weights) = ((double)from / to, new int[to], new float[to][]);
        var reach = Math.Max(1, scale);
        for (var i = 0; i < to; i++)
        {
            var middle = ((i + 0.5) * scale) - 0.5;
            var (first, last) = (Math.Max(0, (int)Math.Floor(middle - reach) + 1), Math.Min(from - 1, (int)Math.Ceiling(middle + reach) - 1));
            double[] share = [.. Enumerable.Range(first, last - first + 1).Select(k => 1 - (Math.Abs(k - middle) / reach))];
            (starts[i], weights[i]) = (first, [.. share.Select(weight => (float)(weight / share.Sum()))]);
        }
        return new PlaneAxis(starts, weights);
    }
}

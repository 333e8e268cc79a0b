using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using ParquetPool.Statistics;

namespace ParquetPool.Contract;

/// <summary>Where the numbers of each feature of a column lie, zeros among them: one on another scale is not seen among all the column's numbers.</summary>
/// <param name="Numbers">float32, little-endian, [feature][low, lower quartile, upper quartile, high]; one in two hundred lies below low, one above high.</param>
public sealed record FeatureScales(byte[] Numbers)
{
    private const int LeastRows = 100;
    private const int MostFeatures = 4096;
    private const int PerFeature = 4;
    private const double Outside = 0.005;
    private const double Room = 0.5; // Of what the learnt numbers span: so far beyond them the pool's may lie.
    private const double Rounding = 0.01;
    private const double Shrunk = 0.05;

    /// <summary>Features of a row.</summary>
    [JsonIgnore]
    public int Width => Numbers.Length / (PerFeature * sizeof(float));

    /// <summary>Whether all are numbers, ascending.</summary>
    internal bool IsSound => Numbers is { Length: > 0 } && Numbers.Length % (PerFeature * sizeof(float)) == 0
        && Enumerable.Range(0, Width).All(feature => Of(feature) is var scale && float.IsFinite(scale[0]) && scale[0] <= scale[1] && scale[1] <= scale[2] && scale[2] <= scale[3] && float.IsFinite(scale[3]));

    /// <summary>Of rows, of which those that hold NaN count for nothing; null where fewer than a hundred are left, or features are more than 4,096.</summary>
    /// <param name="numbers">[row][feature].</param>
    public static FeatureScales? Of(float[] numbers, int width)
    {
        int[] rows = [.. Enumerable.Range(0, numbers.Length / width).Where(row => !numbers.AsSpan(row * width, width).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))];
        if (rows.Length < LeastRows || width > MostFeatures)
        {
            return null;
        }
        var (found, sorted) = (new float[width * PerFeature], new double[rows.Length]);
        for (var feature = 0; feature < width; feature++)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                sorted[row] = numbers[(rows[row] * width) + feature];
            }
            Array.Sort(sorted);
            new[] { Outside, 0.25, 0.75, 1 - Outside }.Select(share => (float)Quantile.Of(sorted, share)).ToArray().CopyTo(found, feature * PerFeature);
        }
        return new FeatureScales(MemoryMarshal.AsBytes(found.AsSpan()).ToArray());
    }

    /// <summary>The features on another scale than the learnt ones, in words; null where there are none.</summary>
    /// <remarks>
    /// Three in four numbers lie where one in two hundred of the learnt ones do, or a quarter at either side; or both lie around zero, all of the
    /// pool's within a twentieth of what half of the learnt ones span. Rows of one class, and others in some order, seldom lie so.
    /// </remarks>
    public string? Difference(FeatureScales pool)
    {
        int[] others = Width != pool.Width ? [] : [.. Enumerable.Range(0, Width).Where(feature => AreApart(Of(feature), pool.Of(feature)))];
        return others is not [var first, ..] ? null
            : string.Create(CultureInfo.InvariantCulture, $"{(others.Length == 1 ? $"feature {first} (of 0 to {Width - 1})" : $"{others.Length} of the {Width} features")} of the pool's first rows, {(others.Length == 1 ? "" : $"feature {first} for one, ")}{Words(pool.Of(first))}, of the learnt ones {Words(Of(first))}");
    }

    private static string Words(ReadOnlySpan<float> scale) => string.Create(CultureInfo.InvariantCulture, $"half between {scale[1]:G3} and {scale[2]:G3}, nearly all between {scale[0]:G3} and {scale[3]:G3}");

    private static bool AreApart(ReadOnlySpan<float> learnt, ReadOnlySpan<float> pool)
    {
        var room = (Room * ((double)learnt[3] - learnt[0])) + (Rounding * Math.Max(Math.Abs(learnt[0]), Math.Abs(learnt[3])));
        var (least, most) = (learnt[0] - room, learnt[3] + room);
        return pool[1] > most || pool[2] < least || (pool[1] < least && pool[2] > most)
            || (IsAroundZero(learnt) && IsAroundZero(pool) && pool[0] < pool[1] && pool[2] < pool[3] && (double)pool[3] - pool[0] < Shrunk * ((double)learnt[2] - learnt[1]));
    }

    private static bool IsAroundZero(ReadOnlySpan<float> scale) => scale[1] < 0 && scale[2] > 0;

    private ReadOnlySpan<float> Of(int feature) => MemoryMarshal.Cast<byte, float>(Numbers).Slice(feature * PerFeature, PerFeature);
}

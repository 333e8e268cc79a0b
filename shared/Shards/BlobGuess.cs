using System.Runtime.InteropServices;
using ParquetPool.Errors;

namespace ParquetPool.Shards;

/// <summary>Tells from a sample of blobs whether they can be float32.</summary>
internal static class BlobGuess
{
    /// <summary>Blobs looked at.</summary>
    public const int Sample = 64;

    private const int FewestNumbers = 16;
    private const double Largest = 1e15, Smallest = 1e-25, SmallestDouble = 1e-100;

    /// <summary>Spreads of the binary logarithm: that of common features stays below the first, that of numbers read as what they are not lies above the second.</summary>
    private const double Common = 4, Wide = 6;

    /// <summary>What the blobs look like instead; null where they may well be float32.</summary>
    /// <param name="blobs">Some rows' blobs, none of them empty.</param>
    /// <param name="width">Numbers of a row, where that is known.</param>
    public static string? Other(IReadOnlyList<byte[]> blobs, int? width)
    {
        if (blobs.Count > 0 && blobs.All(blob => FileName(blob) is not null))
        {
            return FileName(blobs[0]);
        }
        if (width is { } numbers && blobs.Count > 0 && blobs.All(blob => blob.Length == blobs[0].Length) && blobs[0].Length != numbers * sizeof(float))
        {
            return blobs[0].Length == numbers * sizeof(double) ? "float64" : blobs[0].Length == numbers * 2 ? "float16" : blobs[0].Length == numbers ? "uint8" : null;
        }
        if (blobs.Any(blob => blob.Length % sizeof(float) != 0))
        {
            return width is not null ? null : blobs.All(blob => blob.Length % 2 == 0) ? "float16 or uint8" : "uint8";
        }
        return blobs.Sum(blob => blob.Length / sizeof(float)) < FewestNumbers ? null
            : IsDouble(blobs) ? "float64"
            : IsHalf(blobs) ? "float16"
            : IsBrainFloat(blobs) ? "bfloat16 (which is not read: write float32)"
            : IsNoise(blobs) ? "uint8 or another type"
            : null;
    }

    public static DataException Refusal(string path, string column, int bytes, string other) =>
        new($"{path}: column {column} holds blobs of {bytes} bytes that look like {other}, expected float32: say what they are with --blob-type float32|float64|float16|uint8");

    /// <summary>The lower half of a float64 is noise as a float32; or, where the number was a float32 before, all but its first three bits are 0, as in no common row of float32.</summary>
    private static bool IsDouble(IReadOnlyList<byte[]> blobs)
    {
        if (!blobs.All(blob => blob.Length % sizeof(double) == 0 && MemoryMarshal.Cast<byte, double>(blob).ToArray().All(value => value == 0 || !double.IsFinite(value) || Math.Abs(value) is > SmallestDouble and < Largest)))
        {
            return false;
        }
        var halves = blobs.SelectMany(blob => MemoryMarshal.Cast<byte, uint>(blob).ToArray().Chunk(2)).Where(pair => pair[0] != 0 || pair[1] != 0).ToList();
        var wereFloats = halves.All(pair => (pair[0] & 0x1FFF_FFFF) == 0) && halves.Count(pair => (pair[1] & 0x1FFF_FFFF) != 0) * 2 > halves.Count;
        return halves.Count >= FewestNumbers / 2 && (wereFloats || IsNoise(blobs));
    }

    /// <summary>Two half-precision numbers make a float32 whose exponent is eight times as far from the next one's.</summary>
    private static bool IsHalf(IReadOnlyList<byte[]> blobs)
    {
        List<Half> halves = [.. blobs.SelectMany(blob => MemoryMarshal.Cast<byte, Half>(blob).ToArray())];
        return halves.All(Half.IsFinite)
            && halves.Where((half, i) => i % 2 == 0 && half != Half.Zero).Count() * 4 > halves.Count
            && Spread(halves.Select(half => (double)half)) < Common
            && Spread(Floats(blobs).Select(value => (double)value)) > Wide;
    }

    /// <summary>The upper half of a float32 is a bfloat16; its lower half, where it is not empty, is as large only where it is one too.</summary>
    private static bool IsBrainFloat(IReadOnlyList<byte[]> blobs)
    {
        List<float> lower = [.. blobs.SelectMany(blob => MemoryMarshal.Cast<byte, uint>(blob).ToArray()).Select(bits => BitConverter.UInt32BitsToSingle(bits << 16)).Where(value => value != 0)];
        var upper = Floats(blobs).ToList();
        return lower.Count * 4 > upper.Count && lower.All(float.IsFinite) && Spread(lower.Concat(upper).Select(value => (double)value)) < Common;
    }

    /// <summary>What a blob is called that is a file rather than numbers alone; null where it is none.</summary>
    private static string? FileName(ReadOnlySpan<byte> blob) =>
        blob.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']) ? "NumPy files (array.tobytes() gives the numbers alone)"
        : PictureBytes.MediaType(blob) is { } picture ? $"encoded pictures ({picture}; decode them to numbers)"
        : null;

    /// <summary>A tenth of the numbers beyond any measure; small ones count where some are negative or a row has no others, for probabilities may be as small.</summary>
    private static bool IsNoise(IReadOnlyList<byte[]> blobs)
    {
        List<float> values = [.. Floats(blobs).Where(value => value != 0)];
        var wild = values.Count(value => float.IsFinite(value) && (Math.Abs(value) > Largest || value is < 0 and > (float)-Smallest));
        var faint = blobs.Count(blob => MemoryMarshal.Cast<byte, float>(blob).ToArray() is var row && row.Any(value => value != 0) && row.All(value => Math.Abs(value) < Smallest));
        return wild * 10 > values.Count || faint * 2 > blobs.Count;
    }

    private static double Spread(IEnumerable<double> values)
    {
        List<double> sizes = [.. values.Where(value => value != 0 && double.IsFinite(value)).Select(value => Math.Log2(Math.Abs(value)))];
        var mean = sizes.Count > 0 ? sizes.Average() : 0;
        return sizes.Count > 0 ? Math.Sqrt(sizes.Average(size => (size - mean) * (size - mean))) : 0;
    }

    private static IEnumerable<float> Floats(IReadOnlyList<byte[]> blobs) => blobs.SelectMany(blob => MemoryMarshal.Cast<byte, float>(blob).ToArray());
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace ParquetPool.Engine;

/// <summary>Copies floats and looks for NaN and infinity in the same pass.</summary>
internal static class FiniteCopy
{
    private const int Magnitude = 0x7FFF_FFFF;
    private const int LargestFinite = 0x7F7F_FFFF;

    /// <summary>False where a value is not finite; everything is copied all the same.</summary>
    /// <remarks>The source holds as many floats as the target, at any alignment.</remarks>
    public static bool Copy(ReadOnlySpan<byte> source, Span<float> target)
    {
        var bits = MemoryMarshal.Cast<float, int>(target);
        var worst = Vector<int>.Zero;
        var at = 0;
        for (; at <= bits.Length - Vector<int>.Count; at += Vector<int>.Count)
        {
            var values = new Vector<byte>(source[(at * sizeof(int))..]).As<byte, int>();
            values.CopyTo(bits[at..]);
            // Without the sign, floats compare as integers do: infinity and NaN stand above every finite value.
            worst = Vector.Max(worst, values & new Vector<int>(Magnitude));
        }

        source[(at * sizeof(int))..].CopyTo(MemoryMarshal.AsBytes(bits[at..]));
        var finite = Vector.LessThanOrEqualAll(worst, new Vector<int>(LargestFinite));
        for (; at < bits.Length; at++)
        {
            finite &= (bits[at] & Magnitude) <= LargestFinite;
        }

        return finite;
    }
}

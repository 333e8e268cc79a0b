using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>The logits of a block of rows in double precision.</summary>
internal static class RowBlock
{
    /// <summary>Rows in a block, whatever the width of the registers.</summary>
    public const int Rows = 8;

    /// <summary>Widens the first <paramref name="count"/> rows; where they are fewer than a block holds, the last one fills it.</summary>
    /// <param name="logits">[class, row] with <paramref name="stride"/> rows a class.</param>
    /// <param name="target">[class, row]</param>
    public static void Widen(ReadOnlySpan<float> logits, int stride, int count, Span<double> target)
    {
        for (var (at, to) = (0, 0); to < target.Length; at += stride, to += Rows)
        {
            if (count == Rows)
            {
                var (low, high) = Vector256.Widen(Vector256.Create(logits[at..]));
                low.CopyTo(target[to..]);
                high.CopyTo(target[(to + Vector256<double>.Count)..]);
                continue;
            }
            for (var row = 0; row < Rows; row++)
            {
                target[to + row] = logits[at + Math.Min(row, count - 1)];
            }
        }
    }
}

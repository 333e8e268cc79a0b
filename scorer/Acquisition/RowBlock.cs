using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>Lays the logits of a block of rows out so that a class's numbers of all rows lie side by side.</summary>
internal static class RowBlock
{
    /// <summary>Rows in a block, whatever the width of the registers.</summary>
    public const int Rows = 8;

    /// <summary>Writes [row, class] as [class, row] in double precision.</summary>
    /// <param name="logits">[row, class]; fewer rows than a block holds are allowed, the last one then fills the block.</param>
    public static void Transpose(ReadOnlySpan<float> logits, int classes, Span<double> target)
    {
        var last = logits.Length / classes - 1;
        for (var row = 0; row < Rows; row += 4)
        {
            var r0 = logits.Slice(Math.Min(row, last) * classes, classes);
            var r1 = logits.Slice(Math.Min(row + 1, last) * classes, classes);
            var r2 = logits.Slice(Math.Min(row + 2, last) * classes, classes);
            var r3 = logits.Slice(Math.Min(row + 3, last) * classes, classes);
            var c = 0;
            if (Avx.IsSupported)
            {
                for (; c <= classes - 4; c += 4)
                {
                    var (a, b, d, e) = (Vector128.Create(r0[c..]), Vector128.Create(r1[c..]), Vector128.Create(r2[c..]), Vector128.Create(r3[c..]));
                    var (ab, de) = (Sse.UnpackLow(a, b), Sse.UnpackLow(d, e));
                    Store(Sse.MoveLowToHigh(ab, de), target, c, row);
                    Store(Sse.MoveHighToLow(de, ab), target, c + 1, row);
                    (ab, de) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(d, e));
                    Store(Sse.MoveLowToHigh(ab, de), target, c + 2, row);
                    Store(Sse.MoveHighToLow(de, ab), target, c + 3, row);
                }
            }
            for (; c < classes; c++)
            {
                var four = target.Slice(c * Rows + row, 4);
                (four[0], four[1], four[2], four[3]) = (r0[c], r1[c], r2[c], r3[c]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> four, Span<double> target, int c, int row) =>
        Avx.ConvertToVector256Double(four).CopyTo(target[(c * Rows + row)..]);
}

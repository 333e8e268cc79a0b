using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Jpegs;

/// <summary>Coefficients of a block → its pixels at a half and a quarter of its sides; the numbers are libjpeg's (jidctred.c).</summary>
internal static class SmallTransform
{
    private const int Bits = BlockTransform.Bits;
    private const int Kept = BlockTransform.Kept;
    private const int Block = 64;
    private const int Row = 8;

    /// <summary>Four rows of four pixels.</summary>
    public static void WriteFour(ReadOnlySpan<short> block, ref byte target, nint stride)
    {
        ref var source = ref MemoryMarshal.GetReference(block[..Block]);
        var even = Load(ref source, 0) << (Bits + 1);
        var (a, b, c, d) = Four(even, Load(ref source, 1), Load(ref source, 2), Load(ref source, 3), Load(ref source, 5), Load(ref source, 6), Load(ref source, 7));
        const int Cut = Bits - Kept + 1;
        var half = Vector256.Create(1 << (Cut - 1));
        (a, b, c, d) = ((a + half) >> Cut, (b + half) >> Cut, (c + half) >> Cut, (d + half) >> Cut);

        // Columns: 0 to 3 in the lower half, 4 to 7 in the upper one.
        var (ab, abHigh, cd, cdHigh) = (Avx2.UnpackLow(a, b).AsInt64(), Avx2.UnpackHigh(a, b).AsInt64(), Avx2.UnpackLow(c, d).AsInt64(), Avx2.UnpackHigh(c, d).AsInt64());
        var (column0, column1) = (Avx2.UnpackLow(ab, cd).AsInt32(), Avx2.UnpackHigh(ab, cd).AsInt32());
        var (column2, column3) = (Avx2.UnpackLow(abHigh, cdHigh).AsInt32(), Avx2.UnpackHigh(abHigh, cdHigh).AsInt32());
        var first = column0.GetLower().ToVector256() << (Bits + 1);
        (a, b, c, d) = Four(first, column1, column2, column3, Upper(column1), Upper(column2), Upper(column3));
        const int Places = Bits + Kept + 3 + 1;
        half = Vector256.Create(1 << (Places - 1));
        var rows = BlockTransform.Four(a + half, b + half, c + half, d + half, Places);
        for (var y = 0; y < 4; y++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, y * stride), rows.GetElement(y));
        }
    }

    /// <summary>Two rows of two pixels.</summary>
    public static void WriteTwo(ReadOnlySpan<short> block, ref byte target, nint stride)
    {
        ref var source = ref MemoryMarshal.GetReference(block[..Block]);
        var even = Load(ref source, 0) << (Bits + 2);
        var odd = (Load(ref source, 7) * -5906) + (Load(ref source, 5) * 6967) + (Load(ref source, 3) * -10426) + (Load(ref source, 1) * 29692);
        const int Cut = Bits - Kept + 2;
        var half = Vector256.Create(1 << (Cut - 1));
        Two((even + odd + half) >> Cut, ref target);
        Two((even - odd + half) >> Cut, ref Unsafe.Add(ref target, stride));
    }

    private static void Two(Vector256<int> row, ref byte target)
    {
        const int Places = Bits + Kept + 3 + 2;
        var even = row.GetElement(0) << (Bits + 2);
        var odd = Vector256.Sum(row * Vector256.Create(0, 29692, 0, -10426, 0, 6967, 0, -5906));
        target = BlockTransform.Pixel(even + odd, Places);
        Unsafe.Add(ref target, 1) = BlockTransform.Pixel(even - odd, Places);
    }

    private static (Vector256<int> First, Vector256<int> Second, Vector256<int> Third, Vector256<int> Fourth) Four(
        Vector256<int> even, Vector256<int> r1, Vector256<int> r2, Vector256<int> r3, Vector256<int> r5, Vector256<int> r6, Vector256<int> r7)
    {
        var turned = (r2 * 15137) + (r6 * -6270);
        var inner = (r7 * -1730) + (r5 * 11893) + (r3 * -17799) + (r1 * 8697);
        var outer = (r7 * -4176) + (r5 * -4926) + (r3 * 7373) + (r1 * 20995);
        var (sum, difference) = (even + turned, even - turned);
        return (sum + outer, difference + inner, difference - inner, sum - outer);
    }

    private static Vector256<int> Upper(Vector256<int> vector) => vector.GetUpper().ToVector256();

    private static Vector256<int> Load(ref short source, int row) => Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref source, (nuint)(Row * row)));
}

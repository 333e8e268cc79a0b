using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Jpegs;

/// <summary>Coefficients of a block → its pixels, by Loeffler, Ligtenberg and Moschytz 1989 in fixed point.</summary>
/// <remarks>
/// The numbers are libjpeg's (jidctint.c, "islow"), so the pixels are those of all that decode by it. Products and sums wrap in 32 bits; what libjpeg
/// takes of its wider ones lies below, as long as no coefficient is above 8,192.
/// </remarks>
internal static class BlockTransform
{
    /// <summary>Bits behind the point of the constants.</summary>
    internal const int Bits = 13;

    /// <summary>Bits that columns keep for the rows.</summary>
    internal const int Kept = 2;

    private const int Block = 64;

    /// <summary>Eight rows of eight pixels.</summary>
    /// <param name="block">64 coefficients, row by row.</param>
    /// <param name="target">The first pixel; eight bytes of eight rows are written.</param>
    public static void Write(ReadOnlySpan<short> block, ref byte target, nint stride)
    {
        ref var source = ref MemoryMarshal.GetReference(block[..Block]);
        var (a, b, c, d) = (Row(ref source, 0), Row(ref source, 1), Row(ref source, 2), Row(ref source, 3));
        var (e, f, g, h) = (Row(ref source, 4), Row(ref source, 5), Row(ref source, 6), Row(ref source, 7));
        Transform(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, Vector256.Create(1 << (Bits - Kept - 1)));
        (a, b, c, d) = (a >> (Bits - Kept), b >> (Bits - Kept), c >> (Bits - Kept), d >> (Bits - Kept));
        (e, f, g, h) = (e >> (Bits - Kept), f >> (Bits - Kept), g >> (Bits - Kept), h >> (Bits - Kept));
        Transpose(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        Transform(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, Vector256.Create(1 << (Bits + Kept + 2)));

        const int Places = Bits + Kept + 3;
        var (even, odd) = (Four(a, b, c, d, Places), Four(e, f, g, h, Places));
        var (low, high) = (Avx2.UnpackLow(even, odd).AsUInt64(), Avx2.UnpackHigh(even, odd).AsUInt64());
        Put(ref target, stride, low.GetElement(0), low.GetElement(1), high.GetElement(0), high.GetElement(1));
        Put(ref Unsafe.Add(ref target, 4 * stride), stride, low.GetElement(2), low.GetElement(3), high.GetElement(2), high.GetElement(3));
    }

    /// <summary>A square of one colour: what a block is of which the first coefficient alone is not 0.</summary>
    public static void WriteLevel(int level, int side, ref byte target, nint stride)
    {
        var row = Pixel(level << (Bits + Kept), 3 + Kept + Bits) * 0x0101010101010101ul;
        for (var y = 0; y < side; y++, target = ref Unsafe.Add(ref target, stride))
        {
            if (side == 8)
            {
                Unsafe.WriteUnaligned(ref target, row);
            }
            else if (side == 4)
            {
                Unsafe.WriteUnaligned(ref target, (uint)row);
            }
            else
            {
                target = (byte)row;
                Unsafe.Add(ref target, side - 1) = (byte)row;
            }
        }
    }

    /// <summary>The pixel that a sum with so many bits behind the point is, rounded; from a range of ten bits, as libjpeg takes it, to one of eight.</summary>
    internal static byte Pixel(int sum, int bits) => (byte)Math.Clamp(((sum + (1 << (bits - 1))) << (32 - 10 - bits) >> (32 - 10)) + 128, 0, 255);

    private static Vector256<int> Row(ref short source, int row) => Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref source, (nuint)(8 * row)));

    /// <summary>Four columns as rows of four pixels each, by sums with so many bits behind the point, as <see cref="Pixel"/> takes them; in each half of the registers by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Four(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d, int bits)
    {
        var (up, down) = (32 - 10 - bits, 32 - 10);
        var middle = Vector256.Create((short)128);
        var columns = Avx2.PackUnsignedSaturate(
            Avx2.PackSignedSaturate(a << up >> down, b << up >> down) + middle, Avx2.PackSignedSaturate(c << up >> down, d << up >> down) + middle);
        var turn = Vector256.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        return Avx2.Shuffle(columns, turn).AsInt32();
    }

    private static void Put(ref byte target, nint stride, ulong first, ulong second, ulong third, ulong fourth)
    {
        Unsafe.WriteUnaligned(ref target, first);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, stride), second);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 2 * stride), third);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 3 * stride), fourth);
    }

    /// <summary>Eight transforms side by side, with <see cref="Bits"/> more bits behind the point.</summary>
    /// <param name="half">What is added to each sum, so that it is rounded where it is cut.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(ref Vector256<int> a, ref Vector256<int> b, ref Vector256<int> c, ref Vector256<int> d, ref Vector256<int> e, ref Vector256<int> f, ref Vector256<int> g, ref Vector256<int> h, Vector256<int> half)
    {
        var turned = (c + g) * 4433;
        var (third, second) = (turned - (g * 15137), turned + (c * 6270));
        var (sum, difference) = (((a + e) << Bits) + half, ((a - e) << Bits) + half);
        var (even0, even3, even1, even2) = (sum + second, sum - second, difference + third, difference - third);

        var (z3, z4) = (h + d, f + b);
        var z5 = (z3 + z4) * 9633;
        var (z1, z2) = ((h + b) * -7373, (f + d) * -20995);
        (z3, z4) = ((z3 * -16069) + z5, (z4 * -3196) + z5);
        var odd0 = (h * 2446) + z1 + z3;
        var odd1 = (f * 16819) + z2 + z4;
        var odd2 = (d * 25172) + z2 + z3;
        var odd3 = (b * 12299) + z1 + z4;
        (a, b, c, d) = (even0 + odd3, even1 + odd2, even2 + odd1, even3 + odd0);
        (e, f, g, h) = (even3 - odd0, even2 - odd1, even1 - odd2, even0 - odd3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector256<int> a, ref Vector256<int> b, ref Vector256<int> c, ref Vector256<int> d, ref Vector256<int> e, ref Vector256<int> f, ref Vector256<int> g, ref Vector256<int> h)
    {
        var (ab, abHigh, cd, cdHigh) = (Avx2.UnpackLow(a, b).AsInt64(), Avx2.UnpackHigh(a, b).AsInt64(), Avx2.UnpackLow(c, d).AsInt64(), Avx2.UnpackHigh(c, d).AsInt64());
        var (ef, efHigh, gh, ghHigh) = (Avx2.UnpackLow(e, f).AsInt64(), Avx2.UnpackHigh(e, f).AsInt64(), Avx2.UnpackLow(g, h).AsInt64(), Avx2.UnpackHigh(g, h).AsInt64());
        var (first, second, third, fourth) = (Avx2.UnpackLow(ab, cd).AsInt32(), Avx2.UnpackHigh(ab, cd).AsInt32(), Avx2.UnpackLow(abHigh, cdHigh).AsInt32(), Avx2.UnpackHigh(abHigh, cdHigh).AsInt32());
        var (fifth, sixth, seventh, eighth) = (Avx2.UnpackLow(ef, gh).AsInt32(), Avx2.UnpackHigh(ef, gh).AsInt32(), Avx2.UnpackLow(efHigh, ghHigh).AsInt32(), Avx2.UnpackHigh(efHigh, ghHigh).AsInt32());
        const byte Lower = 0x20, Upper = 0x31;
        (a, b, c, d) = (Avx2.Permute2x128(first, fifth, Lower), Avx2.Permute2x128(second, sixth, Lower), Avx2.Permute2x128(third, seventh, Lower), Avx2.Permute2x128(fourth, eighth, Lower));
        (e, f, g, h) = (Avx2.Permute2x128(first, fifth, Upper), Avx2.Permute2x128(second, sixth, Upper), Avx2.Permute2x128(third, seventh, Upper), Avx2.Permute2x128(fourth, eighth, Upper));
    }
}

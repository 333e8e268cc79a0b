using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Jpegs;

/// <summary>Rows of channels → rows of pixels of four bytes; the bytes are libjpeg's (jdsample.c's triangle filter, jdcolor.c).</summary>
internal static class PixelRows
{
    /// <summary>Pixels that are made at once: as many may be read and written beyond a row's end.</summary>
    public const int Lanes = 16;

    private const int Stride = 4;

    /// <summary>One channel.</summary>
    public static void Grey(ref byte light, Span<byte> pixels)
    {
        var target = MemoryMarshal.Cast<byte, uint>(pixels);
        for (var x = 0; x < target.Length; x++)
        {
            target[x] = (Unsafe.Add(ref light, x) * 0x010101u) | 0xFF000000;
        }
    }

    /// <summary>Y, Cb and Cr (ITU-R 601, JFIF).</summary>
    public static void Colour(ref byte light, ref byte blue, ref byte red, Span<byte> pixels)
    {
        Span<byte> end = stackalloc byte[Lanes * Stride];
        var width = pixels.Length / Stride;
        for (var x = 0; x < width; x += Lanes)
        {
            ref var target = ref x + Lanes <= width ? ref pixels[x * Stride] : ref end[0];
            Sixteen(Load(ref light, x), Load(ref blue, x) - Vector256.Create((short)128), Load(ref red, x) - Vector256.Create((short)128), ref target);
        }
        end[..(width % Lanes * Stride)].CopyTo(pixels[(width / Lanes * Lanes * Stride)..]);
    }

    /// <summary>Three parts of a row and one of its neighbour.</summary>
    /// <param name="sums">From its second place on.</param>
    public static void Weigh(ref byte near, ref byte far, Span<short> sums, int width)
    {
        ref var target = ref sums[1];
        for (var x = 0; x < width; x += Lanes)
        {
            ((Load(ref near, x) * 3) + Load(ref far, x)).StoreUnsafe(ref target, (nuint)x);
        }
    }

    /// <summary>A row as it is.</summary>
    public static void Copy(ref byte row, Span<short> sums, int width)
    {
        ref var target = ref sums[1];
        for (var x = 0; x < width; x += Lanes)
        {
            Load(ref row, x).StoreUnsafe(ref target, (nuint)x);
        }
    }

    /// <summary>Twice as many pixels: each three parts of the nearest and one of the next, halves rounded up and down by turns.</summary>
    /// <param name="sums">From its second place on; one place is written before and behind.</param>
    /// <param name="bits">Bits behind the point of what is made.</param>
    public static void Double(Span<short> sums, int width, int bits, Span<byte> result)
    {
        (sums[0], sums[width + 1]) = (sums[1], sums[width]);
        ref var source = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(result);
        var half = (short)(1 << (bits - 1));
        var (down, up) = bits == 2 ? (Vector256.Create((short)(half - 1)), Vector256.Create(half)) : (Vector256.Create(half), Vector256.Create((short)(half - 1)));
        for (var x = 0; x < width; x += Lanes)
        {
            var here = Vector256.LoadUnsafe(ref source, (nuint)(x + 1)) * 3;
            var even = (here + Vector256.LoadUnsafe(ref source, (nuint)x) + down) >>> bits;
            var odd = (here + Vector256.LoadUnsafe(ref source, (nuint)(x + 2)) + up) >>> bits;
            (even | (odd << 8)).AsByte().StoreUnsafe(ref target, (nuint)(2 * x));
        }
    }

    private static Vector256<short> Load(ref byte row, int x) => Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref row, (nuint)x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sixteen(Vector256<short> light, Vector256<short> blue, Vector256<short> red, ref byte target)
    {
        // With 16 bits behind the point 1.402 is 65536 + 26345, 1.772 is 131072 - 14942, 0.34414 is 22554 and 0.71414 is 65536 - 18734.
        var one = Vector256.Create((short)1);
        var r = light + red + ((Avx2.MultiplyHigh(red + red, Vector256.Create((short)26345)) + one) >> 1);
        var b = light + blue + blue + ((Avx2.MultiplyHigh(blue + blue, Vector256.Create((short)-14942)) + one) >> 1);
        var shares = Vector256.Create((18734 << 16) | (-22554 & 0xFFFF)).AsInt16();
        var half = Vector256.Create(1 << 15);
        var low = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(blue, red), shares) + half) >> 16;
        var high = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(blue, red), shares) + half) >> 16;
        var g = light - red + Avx2.PackSignedSaturate(low, high);

        var (rb, ga) = (Avx2.PackUnsignedSaturate(r, b), Avx2.PackUnsignedSaturate(g, Vector256.Create((short)255)));
        var (rg, ba) = (Avx2.UnpackLow(rb, ga).AsInt16(), Avx2.UnpackHigh(rb, ga).AsInt16());
        var (first, second) = (Avx2.UnpackLow(rg, ba).AsByte(), Avx2.UnpackHigh(rg, ba).AsByte());
        Avx2.Permute2x128(first, second, 0x20).StoreUnsafe(ref target);
        Avx2.Permute2x128(first, second, 0x31).StoreUnsafe(ref target, (nuint)Vector256<byte>.Count);
    }
}

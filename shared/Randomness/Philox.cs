using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Randomness;

/// <summary>
/// Philox4x32-10: random words as a pure function of a counter and a key, so that any part of a stream can be drawn alone, on any
/// thread, in any order.
/// </summary>
/// <remarks>Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Thread-safe.</remarks>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The words of a purpose at a place of its own: the blocks of counters (firstBlock, first, second, purpose), and those after.</summary>
    /// <inheritdoc cref="Fill(uint, uint, uint, uint, uint, uint, Span{uint})" path="/remarks"/>
    public static void Fill(ulong seed, Purpose purpose, uint firstBlock, uint first, uint second, Span<uint> words) =>
        Fill((uint)seed, (uint)(seed >> 32), firstBlock, first, second, (uint)purpose, words);

    /// <summary>
    /// Fills <paramref name="words"/> with the blocks of four words whose counters are (firstBlock, c1, c2, c3), (firstBlock + 1, c1, c2,
    /// c3), ... A last block may be cut short.
    /// </summary>
    /// <remarks>The block number wraps around after 2³² blocks.</remarks>
    internal static void Fill(uint key0, uint key1, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> words)
    {
        var done = Avx512F.IsSupported ? Fill512(key0, key1, firstBlock, c1, c2, c3, words)
            : Avx2.IsSupported ? Fill256(key0, key1, firstBlock, c1, c2, c3, words)
            : 0;
        FillScalar(key0, key1, firstBlock + (uint)(done / 4), c1, c2, c3, words[done..]);
    }

    /// <summary>The same words without vector instructions.</summary>
    internal static void FillScalar(uint key0, uint key1, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> words)
    {
        Span<uint> block = stackalloc uint[4];
        for (var i = 0; i < words.Length; i += 4)
        {
            Block(key0, key1, firstBlock + (uint)(i / 4), c1, c2, c3, block);
            block[..Math.Min(4, words.Length - i)].CopyTo(words[i..]);
        }
    }

    /// <summary>Whole runs of four blocks; returns the number of words written.</summary>
    internal static int Fill256(uint key0, uint key1, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> words)
    {
        const int Step = 16;
        // Unpacking joins the even lanes, then the odd ones: numbered so, the blocks come out in order.
        var lanes = Vector256.Create(0UL, 2, 1, 3);
        var target = MemoryMarshal.Cast<uint, ulong>(words[..(words.Length / Step * Step)]);
        for (var i = 0; i < target.Length; i += Step / 2)
        {
            var (x0, x1, x2, x3) = (Vector256.Create((ulong)(firstBlock + (uint)(i / 2))) + lanes, Vector256.Create((ulong)c1), Vector256.Create((ulong)c2), Vector256.Create((ulong)c3));
            var (k0, k1) = (key0, key1);
            for (var round = 0; round < Rounds; round++)
            {
                // Only the low half of each lane is read by the multiplication, so the high halves may hold anything.
                var product0 = Avx2.Multiply(x0.AsUInt32(), Vector256.Create(Multiplier0));
                var product1 = Avx2.Multiply(x2.AsUInt32(), Vector256.Create(Multiplier1));
                (x0, x1) = ((product1 >> 32) ^ x1 ^ Vector256.Create((ulong)k0), product1);
                (x2, x3) = ((product0 >> 32) ^ x3 ^ Vector256.Create((ulong)k1), product0);
                (k0, k1) = (k0 + Weyl0, k1 + Weyl1);
            }
            var low = Vector256.Create((ulong)uint.MaxValue);
            var front = (x0 & low) | (x1 << 32);
            var back = (x2 & low) | (x3 << 32);
            Avx2.UnpackLow(front, back).CopyTo(target[i..]);
            Avx2.UnpackHigh(front, back).CopyTo(target[(i + 4)..]);
        }
        return target.Length * 2;
    }

    /// <summary>Whole runs of eight blocks; returns the number of words written.</summary>
    internal static int Fill512(uint key0, uint key1, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> words)
    {
        const int Step = 32;
        var lanes = Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        var target = MemoryMarshal.Cast<uint, ulong>(words[..(words.Length / Step * Step)]);
        for (var i = 0; i < target.Length; i += Step / 2)
        {
            var (x0, x1, x2, x3) = (Vector512.Create((ulong)(firstBlock + (uint)(i / 2))) + lanes, Vector512.Create((ulong)c1), Vector512.Create((ulong)c2), Vector512.Create((ulong)c3));
            var (k0, k1) = (key0, key1);
            for (var round = 0; round < Rounds; round++)
            {
                var product0 = Avx512F.Multiply(x0.AsUInt32(), Vector512.Create(Multiplier0));
                var product1 = Avx512F.Multiply(x2.AsUInt32(), Vector512.Create(Multiplier1));
                (x0, x1) = ((product1 >> 32) ^ x1 ^ Vector512.Create((ulong)k0), product1);
                (x2, x3) = ((product0 >> 32) ^ x3 ^ Vector512.Create((ulong)k1), product0);
                (k0, k1) = (k0 + Weyl0, k1 + Weyl1);
            }
            var low = Vector512.Create((ulong)uint.MaxValue);
            var front = (x0 & low) | (x1 << 32);
            var back = (x2 & low) | (x3 << 32);
            Avx512F.UnpackLow(front, back).CopyTo(target[i..]);
            Avx512F.UnpackHigh(front, back).CopyTo(target[(i + 8)..]);
        }
        return target.Length * 2;
    }

    private static void Block(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3, Span<uint> block)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1);
            (c2, c3) = ((uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            (key0, key1) = (key0 + Weyl0, key1 + Weyl1);
        }
        (block[0], block[1], block[2], block[3]) = (c0, c1, c2, c3);
    }
}

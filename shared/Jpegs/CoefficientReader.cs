using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParquetPool.Jpegs;

/// <summary>The coefficients of a baseline scan, block by block (ITU-T T.81, F.2).</summary>
/// <param name="bytes">The coded bytes without stuffed zeros, and <see cref="Pad"/> zeros behind them.</param>
internal ref struct CoefficientReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes that a block may be read beyond the end of those there are, before <see cref="IsAtEnd"/> tells.</summary>
    public const int Pad = (Block * sizeof(uint)) + (2 * Ahead);

    private const int Block = 64;
    private const int Ahead = sizeof(ulong); // Bytes that may stand in the buffer.
    private const int Largest = 1 << 13;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private ulong buffer;
    private int count;
    private int place;

    /// <summary>[place in a block's order]: the coefficient's place row by row.</summary>
    private static ReadOnlySpan<byte> Natural =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Whether more was read than there is.</summary>
    public readonly bool IsBeyond => (place * 8) - count > (bytes.Length - Pad) * 8;

    /// <summary>Whether all bytes were read, but bits that fill the last one.</summary>
    public readonly bool IsAtEnd => !IsBeyond && (place * 8) - count > (bytes.Length - Pad - 1) * 8;

    /// <summary>The next block's coefficients, row by row, each times its step.</summary>
    /// <param name="block">64 zeros.</param>
    /// <param name="steps">In the order of the coefficients in the file.</param>
    /// <param name="level">The first coefficient of the block before, without its step.</param>
    /// <returns>The place of the last coefficient in the order of the file; -1 where they are none that an encoder writes.</returns>
    public int Read(scoped Span<short> block, HuffmanTable first, HuffmanTable others, ushort[] steps, ref int level)
    {
        ref var natural = ref MemoryMarshal.GetReference(Natural);
        ref var step = ref MemoryMarshal.GetArrayDataReference(steps);
        ref var target = ref MemoryMarshal.GetReference(block[..Block]);
        ref var entries = ref MemoryMarshal.GetReference(others.Entries);
        ref var source = ref MemoryMarshal.GetReference(bytes);
        var (bits, have, at) = (buffer, count, place);
        if (at > bytes.Length - Pad + Ahead || steps.Length < Block)
        {
            return -1;
        }
        Fill(ref source, ref bits, ref have, ref at);
        var entry = first.Entries[(int)(bits >> (64 - HuffmanTable.Bits))];
        if ((entry & 0xFF) == 0 && !Whole(ref entry, first, ref bits, ref have))
        {
            return -1;
        }
        bits <<= entry & 0xFF;
        have -= entry & 0xFF;
        level += entry >> 16;
        var number = level * step;
        var excess = (number + Largest) & ~((2 * Largest) - 1);
        target = (short)number;
        var last = 0;
        for (var k = 1; k < Block; k++)
        {
            Fill(ref source, ref bits, ref have, ref at);
            entry = Unsafe.Add(ref entries, (nint)(bits >> (64 - HuffmanTable.Bits)));
            if ((entry & 0xFF) == 0 && !Whole(ref entry, others, ref bits, ref have))
            {
                return -1;
            }
            bits <<= entry & 0xFF;
            have -= entry & 0xFF;
            k += (entry >> 8) & 0xFF;
            if (k >= Block)
            {
                if (k < HuffmanTable.EndsBlock)
                {
                    return -1;
                }
                break;
            }
            number = (entry >> 16) * Unsafe.Add(ref step, k);
            excess |= (number + Largest) & ~((2 * Largest) - 1);
            Unsafe.Add(ref target, (nint)Unsafe.Add(ref natural, k)) = (short)number;
            last = k;
        }
        (buffer, count, place) = (bits, have, at);
        return excess == 0 ? last : -1;
    }

    /// <summary>At least 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ref byte source, ref ulong bits, ref int have, ref int at)
    {
        if (have < 32)
        {
            bits |= (ulong)BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, at))) << (32 - have);
            have += 32;
            at += sizeof(uint);
        }
    }

    /// <summary>Makes an entry that has its symbol alone, or a long code, one with its number.</summary>
    private static bool Whole(ref int entry, HuffmanTable table, ref ulong bits, ref int have)
    {
        var code = entry != 0 ? entry : table.Long((int)(bits >> 48));
        var (length, symbol) = (code >> 16, (code >> 8) & 0xFF);
        var (zeros, size) = (symbol >> 4, symbol & 15);
        if (length == 0)
        {
            return false;
        }
        if (size == 0)
        {
            // Sixteen zeros, the last of which is written where one stands already, or the end of the block.
            entry = ((zeros == 15 ? zeros : HuffmanTable.EndsBlock) << 8) | length;
            return zeros is 15 or 0;
        }
        var number = HuffmanTable.Extend((int)(bits << length >> (64 - size)), size);
        entry = (number << 16) | (zeros << 8) | (length + size);
        return true;
    }
}

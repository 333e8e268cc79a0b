namespace ParquetPool.Jpegs;

/// <summary>A table of codes of a JPEG (ITU-T T.81, C.2), made for looking up a code together with the number behind it.</summary>
internal sealed class HuffmanTable
{
    /// <summary>Bits that are looked up at once.</summary>
    public const int Bits = 10;

    /// <summary>The longest code.</summary>
    public const int Longest = 16;

    /// <summary>Zeros of an entry that ends its block.</summary>
    public const int EndsBlock = 128;

    private readonly int[] entries = new int[1 << Bits];
    private readonly int[] beyond = new int[Longest + 1]; // [length]: codes of the length are below it, their bits at the top of 16.
    private readonly int[] shift = new int[Longest + 1]; // [length]: a code's number less the place of its symbol.
    private readonly byte[] symbols;

    private HuffmanTable(ReadOnlySpan<byte> symbols) => this.symbols = symbols.ToArray();

    /// <summary>[the next bits]: number &lt;&lt; 16 | zeros before it &lt;&lt; 8 | bits of both; bits 0 where they reach further: then code's bits &lt;&lt; 16 | symbol &lt;&lt; 8, or 0 for a code longer than <see cref="Bits"/>.</summary>
    public ReadOnlySpan<int> Entries => entries;

    /// <param name="counts">Codes of each length, from 1 on.</param>
    /// <param name="levels">Whether the symbols are sizes of a first coefficient, not zeros and size.</param>
    /// <returns>Null where no table is so.</returns>
    public static HuffmanTable? Of(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols, bool levels)
    {
        var table = new HuffmanTable(symbols);
        var (code, place) = (0, 0);
        for (var length = 1; length <= Longest; length++, code <<= 1)
        {
            table.shift[length] = code - place;
            for (var left = (int)counts[length - 1]; left > 0; left--, code++, place++)
            {
                if (code >= 1 << length || (levels && symbols[place] > 15))
                {
                    return null;
                }
                table.Enter(code, length, symbols[place], levels);
            }
            table.beyond[length] = code << (Longest - length);
        }
        return table;
    }

    /// <summary>The code at the top of 16 bits: its bits &lt;&lt; 16 | symbol &lt;&lt; 8; 0 where there is none.</summary>
    public int Long(int bits)
    {
        for (var length = Bits + 1; length <= Longest; length++)
        {
            if (bits < beyond[length])
            {
                var place = (bits >> (Longest - length)) - shift[length];
                return (uint)place < (uint)symbols.Length ? (length << 16) | (symbols[place] << 8) : 0;
            }
        }
        return 0;
    }

    /// <summary>The number that <paramref name="size"/> bits stand for (T.81, F.2.2.1).</summary>
    public static int Extend(int bits, int size) => bits < 1 << size >> 1 ? bits - (1 << size) + 1 : bits;

    private void Enter(int code, int length, byte symbol, bool levels)
    {
        if (length > Bits)
        {
            return;
        }
        var (zeros, size, free) = (symbol >> 4, symbol & 15, Bits - length);
        var ends = !levels && symbol == 0;
        for (var rest = 0; rest < 1 << free; rest++)
        {
            entries[(code << free) | rest] = ends ? (EndsBlock << 8) | length
                : size <= free && (size > 0 || levels) ? (Extend(rest >> (free - size), size) << 16) | (zeros << 8) | (length + size)
                : (length << 16) | (symbol << 8);
        }
    }
}

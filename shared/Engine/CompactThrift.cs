namespace ParquetPool.Engine;

/// <summary>Numbers of Thrift's compact protocol, taken off the front of what is left to read.</summary>
internal static class CompactThrift
{
    /// <exception cref="IndexOutOfRangeException">Nothing is left.</exception>
    public static byte Next(ref ReadOnlySpan<byte> rest)
    {
        var next = rest[0];
        rest = rest[1..];
        return next;
    }

    /// <summary>A number of seven bits a byte, the lowest first.</summary>
    /// <exception cref="IndexOutOfRangeException">It does not end.</exception>
    public static ulong Number(ref ReadOnlySpan<byte> rest)
    {
        var (number, shift) = (0UL, 0);
        while (true)
        {
            var next = Next(ref rest);
            number |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80)
            {
                return number;
            }
        }
    }

    /// <summary>The number with its sign: 0, −1, 1, −2, … are 0, 1, 2, 3, ….</summary>
    public static long Signed(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);
}

namespace ParquetPool.Engine;

/// <summary>What is left to read of values in Thrift's compact protocol.</summary>
/// <remarks>Where a value does not end: <see cref="IndexOutOfRangeException"/>, <see cref="ArgumentOutOfRangeException"/> or <see cref="OverflowException"/>.</remarks>
internal ref struct CompactThrift(ReadOnlySpan<byte> bytes)
{
    public const int Stop = 0, LastBoolean = 2, Byte = 3, Int16 = 4, Int32 = 5, Int64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Struct = 12;
    private const int Deepest = 16;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The bytes that are left.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>The bytes read since these were left.</summary>
    public readonly ReadOnlySpan<byte> Since(ReadOnlySpan<byte> before) => before[..^rest.Length];

    /// <summary>The type of the next field of a struct; null at its end.</summary>
    /// <param name="id">That of the field before, 0 for the first; becomes the field's.</param>
    public int? Field(ref int id)
    {
        var header = Next();
        if (header == Stop)
        {
            return null;
        }
        id = header >> 4 is var step and not 0 ? id + step : checked((int)Signed());
        return header & 0xF;
    }

    /// <summary>The head of a list or set: the type of its elements, and how many follow.</summary>
    public (int Type, int Count) ListHead()
    {
        var header = Next();
        return (header & 0xF, header >> 4 is var few and < 15 ? few : checked((int)Number()));
    }

    /// <summary>A number of seven bits a byte, the lowest first.</summary>
    public ulong Number()
    {
        var (number, shift) = (0UL, 0);
        while (true)
        {
            var next = Next();
            number |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80)
            {
                return number;
            }
        }
    }

    /// <summary>A number with a sign: 0, −1, 1, −2, … are written as 0, 1, 2, 3, ….</summary>
    public long Signed()
    {
        var number = Number();
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    /// <summary>Passes over the value of a field.</summary>
    /// <param name="depth">How many values it lies in.</param>
    /// <exception cref="InvalidDataException">There is no such type, or values lie too deep in each other.</exception>
    public void Skip(int type, int depth)
    {
        switch (depth > Deepest ? -1 : type)
        {
            case > Stop and <= LastBoolean:
                break; // A boolean is its type.
            case Byte:
                Pass(1);
                break;
            case Int16 or Int32 or Int64:
                Number();
                break;
            case Double:
                Pass(sizeof(double));
                break;
            case Binary:
                Pass(checked((int)Number()));
                break;
            case List or Set:
                SkipList(depth);
                break;
            case Struct:
                var id = 0;
                while (Field(ref id) is { } field)
                {
                    Skip(field, depth + 1);
                }
                break;
            default:
                throw new InvalidDataException($"a field of type {type} at depth {depth}");
        }
    }

    /// <summary>Passes over bytes.</summary>
    public void Pass(int count) => rest = rest[count..];

    private void SkipList(int depth)
    {
        var (type, count) = ListHead();
        for (var i = 0; i < count; i++)
        {
            if (type <= LastBoolean)
            {
                Pass(1); // But in a list it is a byte.
            }
            else
            {
                Skip(type, depth + 1);
            }
        }
    }

    private byte Next()
    {
        var next = rest[0];
        Pass(1);
        return next;
    }
}

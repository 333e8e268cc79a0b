using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Engine;

/// <summary>What the footer of a Parquet file says of the file as a whole, read without an engine: a pool may have thousands of shards, most of one kind.</summary>
/// <remarks>The footer is a struct of Thrift's compact protocol; field numbers are those of <c>parquet.thrift</c>.</remarks>
/// <param name="Rows">The rows of the file.</param>
/// <param name="Kind">A hash of all that the footer says but the rows, the row groups and our seal: files of one kind have the same columns of the same types.</param>
internal readonly record struct ParquetFooter(long Rows, string Kind)
{
    private long GroupRows { get; init; }

    /// <summary>The name of the footer's entry that holds the seal: another in every file.</summary>
    public const string SealKey = "parquetpool.xxh128";

    // An entry's first field is its key: the field's head, the key's length, the key.
    private static readonly byte[] Sealed = [0x18, (byte)SealKey.Length, .. Encoding.ASCII.GetBytes(SealKey)];

    private const int Long = 6, Binary = 8, List = 9, Set = 10, Struct = 12;
    private const int EndBytes = 8; // The footer's length and the magic number.
    private const int MostBytes = 1 << 24;
    private const int Deepest = 16;
    private const long MostRows = 1L << 40;
    private const int RowsField = 3, RowGroupsField = 4, EntriesField = 5;

    /// <summary>Reads it; null where there is none, or one that an engine must look at.</summary>
    /// <exception cref="DataException">The file has other rows than it says: a reader that trusts the number would lose some.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ParquetFooter? Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return (End(file, MostBytes) is { } end ? Parse(end.AsSpan(..^EndBytes)) : null) is not { } footer ? null
            : footer.Rows == footer.GroupRows && footer.Rows <= MostRows ? footer
            : throw new DataException($"{path}: its footer says {footer.Rows} rows, its row groups hold {footer.GroupRows}: write it again, or leave it out");
    }

    /// <summary>The footer with its length and the magic number; null where the file is no Parquet file, or has a longer one than <paramref name="most"/> bytes.</summary>
    public static byte[]? End(FileStream file, int most)
    {
        var end = new byte[EndBytes];
        if (file.Length < 2 * EndBytes)
        {
            return null;
        }

        file.Position = file.Length - EndBytes;
        file.ReadExactly(end);
        var length = BinaryPrimitives.ReadInt32LittleEndian(end) + (long)EndBytes;
        if (!end.AsSpan(4).SequenceEqual("PAR1"u8) || length < EndBytes || length > Math.Min(most, file.Length))
        {
            return null;
        }

        var footer = new byte[length];
        file.Position = file.Length - length;
        file.ReadExactly(footer);
        return footer;
    }

    private static ParquetFooter? Parse(ReadOnlySpan<byte> footer)
    {
        try
        {
            var walk = new Walk(footer);
            return walk.File();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or InvalidDataException)
        {
            return null; // Whoever reads the file says what is wrong with it.
        }
    }

    private ref struct Walk(ReadOnlySpan<byte> footer)
    {
        private ReadOnlySpan<byte> rest = footer;

        public ParquetFooter? File()
        {
            using var kind = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (rows, groupRows, id) = (-1L, 0L, 0);
            while (true)
            {
                var before = rest;
                if (Field(ref id) is not { } type)
                {
                    break;
                }
                if (id == RowsField && type == Long)
                {
                    rows = Signed();
                }
                else if (id == EntriesField && type == List)
                {
                    Entries(kind);
                }
                else if (id == RowGroupsField && type == List)
                {
                    groupRows = Groups();
                }
                else
                {
                    Skip(type, 0);
                    kind.AppendData(before[..^rest.Length]);
                }
            }
            return rest.IsEmpty && rows >= 0 ? new ParquetFooter(rows, Convert.ToHexStringLower(kind.GetHashAndReset())) { GroupRows = groupRows } : null;
        }

        /// <summary>The rows of all row groups.</summary>
        private long Groups()
        {
            var (type, count) = ListHead();
            if (type != Struct)
            {
                throw new InvalidDataException($"row groups of type {type}");
            }
            var rows = 0L;
            for (var i = 0; i < count; i++)
            {
                var id = 0;
                while (Field(ref id) is { } field)
                {
                    if (id == RowsField && field == Long)
                    {
                        rows = checked(rows + Signed());
                    }
                    else
                    {
                        Skip(field, 1);
                    }
                }
            }
            return rows;
        }

        private void Entries(IncrementalHash kind)
        {
            var (type, count) = ListHead();
            for (var i = 0; i < count; i++)
            {
                var before = rest;
                Skip(type, 0);
                var entry = before[..^rest.Length];
                if (!entry.StartsWith(Sealed))
                {
                    kind.AppendData(entry);
                }
            }
        }

        /// <summary>The type of the next field of a struct; null at its end.</summary>
        private int? Field(ref int id)
        {
            var header = Next();
            if (header == 0)
            {
                return null;
            }
            id = header >> 4 is var step and not 0 ? id + step : checked((int)Signed());
            return header & 0xF;
        }

        private void Skip(int type, int depth)
        {
            switch (depth > Deepest ? -1 : type)
            {
                case 1 or 2:
                    break; // A boolean is its type.
                case 3:
                    Pass(1);
                    break;
                case 4 or 5 or Long:
                    Number();
                    break;
                case 7:
                    Pass(sizeof(double));
                    break;
                case Binary:
                    Pass(checked((int)Number()));
                    break;
                case List or Set:
                    var (element, count) = ListHead();
                    for (var i = 0; i < count; i++)
                    {
                        if (element <= 2)
                        {
                            Pass(1); // But in a list it is a byte.
                        }
                        else
                        {
                            Skip(element, depth + 1);
                        }
                    }
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

        private (int Type, int Count) ListHead()
        {
            var header = Next();
            return (header & 0xF, header >> 4 is var few and < 15 ? few : checked((int)Number()));
        }

        private byte Next() => CompactThrift.Next(ref rest);

        private void Pass(int bytes) => rest = rest[bytes..];

        private ulong Number() => CompactThrift.Number(ref rest);

        private long Signed() => CompactThrift.Signed(Number());
    }
}

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

    private const int EndBytes = 8; // The footer's length and the magic number.
    private const int MostBytes = 1 << 24;
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
            return Of(new CompactThrift(footer));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or InvalidDataException)
        {
            return null; // Whoever reads the file says what is wrong with it.
        }
    }

    private static ParquetFooter? Of(CompactThrift footer)
    {
        using var kind = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (rows, groupRows, id) = (-1L, 0L, 0);
        while (true)
        {
            var before = footer.Rest;
            switch (footer.Field(ref id), id)
            {
                case (null, _):
                    return footer.Rest.IsEmpty && rows >= 0 ? new ParquetFooter(rows, Convert.ToHexStringLower(kind.GetHashAndReset())) { GroupRows = groupRows } : null;
                case (CompactThrift.Int64, RowsField):
                    rows = footer.Signed();
                    break;
                case (CompactThrift.List, EntriesField):
                    AddEntries(ref footer, kind);
                    break;
                case (CompactThrift.List, RowGroupsField):
                    groupRows = RowsOfGroups(ref footer);
                    break;
                case ({ } type, _):
                    footer.Skip(type, depth: 0);
                    kind.AppendData(footer.Since(before));
                    break;
            }
        }
    }

    private static long RowsOfGroups(ref CompactThrift footer)
    {
        var (type, count) = footer.ListHead();
        if (type != CompactThrift.Struct)
        {
            throw new InvalidDataException($"row groups of type {type}");
        }
        var rows = 0L;
        for (var i = 0; i < count; i++)
        {
            var id = 0;
            while (footer.Field(ref id) is { } field)
            {
                if (id == RowsField && field == CompactThrift.Int64)
                {
                    rows = checked(rows + footer.Signed());
                }
                else
                {
                    footer.Skip(field, depth: 1);
                }
            }
        }
        return rows;
    }

    /// <summary>Adds the footer's entries but the seal.</summary>
    private static void AddEntries(ref CompactThrift footer, IncrementalHash kind)
    {
        var (type, count) = footer.ListHead();
        for (var i = 0; i < count; i++)
        {
            var before = footer.Rest;
            footer.Skip(type, depth: 0);
            var entry = footer.Since(before);
            if (!entry.StartsWith(Sealed))
            {
                kind.AppendData(entry);
            }
        }
    }
}

using System.IO.Hashing;
using System.Text;

namespace ParquetPool.Storage;

/// <summary>The checksum that the record of a run carries as its last member: XXH128 of the file with zeros in its place.</summary>
/// <remarks>No list beside it has one, for a record tells times and the list is the same for the same outputs. Records of earlier versions carry none.</remarks>
public static class RecordSeal
{
    private const int Digits = 32;
    private static readonly byte[] Name = "\"xxh128\""u8.ToArray();
    private static readonly byte[] Start = [.. ",\n  "u8, .. Name, .. ": \""u8];
    private static readonly byte[] End = "\"\n}\n"u8.ToArray();

    /// <summary>The record with its checksum.</summary>
    /// <param name="json">An indented object of one member or more.</param>
    public static byte[] Close(ReadOnlySpan<byte> json)
    {
        var body = json[..json.LastIndexOf((byte)'}')].TrimEnd("\n "u8);
        byte[] record = [.. body, .. Start, .. new byte[Digits], .. End];
        Encoding.ASCII.GetBytes(HashOf(record), record.AsSpan(record.Length - End.Length - Digits));
        return record;
    }

    /// <summary>Whether the record is as it was written; null where it carries no checksum.</summary>
    public static bool? Fits(ReadOnlySpan<byte> record)
    {
        var at = record.Length - End.Length - Digits;
        return at >= Start.Length && record.EndsWith(End) && record[..at].EndsWith(Start)
            ? Encoding.ASCII.GetString(record.Slice(at, Digits)) == HashOf(record.ToArray())
            : record.IndexOf(Name) >= 0 ? false : null; // Written by another hand.
    }

    private static string HashOf(byte[] record)
    {
        record.AsSpan(record.Length - End.Length - Digits, Digits).Fill((byte)'0');
        return Convert.ToHexStringLower(XxHash128.Hash(record));
    }
}

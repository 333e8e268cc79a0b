using System.IO.Hashing;
using System.Text;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Columns;

/// <summary>The checksum that every Parquet file of ours carries in its footer: XXH128 of all bytes of the file, with zeros in the checksum's own place.</summary>
/// <remarks>
/// It tells a damaged file, and one that another program changed in place; another program that writes the file anew leaves no seal. It proves
/// nothing against somebody who makes a new one.
/// </remarks>
public static class FileSeal
{
    /// <summary>The name of the footer's entry.</summary>
    public const string Key = ParquetFooter.SealKey;

    private const int Digits = 32;
    private const int BufferBytes = 1 << 20;

    private const int MostFooterBytes = 1 << 28;

    /// <summary>Stands in the footer until the checksum is known.</summary>
    internal static readonly string Blank = new('0', Digits);

    /// <summary>The entry as it stands in the footer, up to its value: key and value as texts of Thrift's compact protocol.</summary>
    private static readonly byte[] Mark = [0x18, (byte)Key.Length, .. Encoding.ASCII.GetBytes(Key), 0x18, Digits];

    /// <summary>Whether the file has a seal; one that does not fit is an error.</summary>
    /// <param name="shownAs">Its name in the message, where it is the local copy of another.</param>
    /// <exception cref="DataException">The bytes are not those that were written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Verify(string path, string? shownAs = null, CancellationToken stopping = default)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        if (ParquetFooter.End(file, MostFooterBytes) is not { } end || PlaceIn(end) is not { } place)
        {
            return false;
        }

        var found = Encoding.ASCII.GetString(end, place, Digits);
        Encoding.ASCII.GetBytes(Blank, end.AsSpan(place));
        var hash = new XxHash128();
        var buffer = new byte[Math.Min(BufferBytes, file.Length)];
        file.Position = 0;
        for (var left = file.Length - end.Length; left > 0;)
        {
            stopping.ThrowIfCancellationRequested();
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            hash.Append(buffer.AsSpan(0, read));
            left = read > 0 ? left - read : 0;
        }

        hash.Append(end);
        return Convert.ToHexStringLower(hash.GetCurrentHash()) == found
            ? true
            : throw new DataException($"{shownAs ?? path}: the bytes are not those that were written (its checksum {found[..12]}… does not fit): make the file again, or bring back a whole copy");
    }

    /// <summary>Writes the checksum in its place; the rest of the file has been hashed.</summary>
    /// <param name="end">The footer with what stands behind it.</param>
    internal static void Close(XxHash128 body, byte[] end)
    {
        var place = PlaceIn(end) ?? throw new InvalidOperationException("a footer without a place for its checksum");
        body.Append(end);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(body.GetCurrentHash()), end.AsSpan(place));
    }

    private static int? PlaceIn(byte[] end) =>
        end.AsSpan().LastIndexOf(Mark) is var mark and >= 0 && mark + Mark.Length + Digits <= end.Length ? mark + Mark.Length : null;
}

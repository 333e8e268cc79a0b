using System.Buffers;
using System.Collections.Concurrent;

namespace ParquetPool.Storage;

/// <summary>The text of <see cref="WrittenFiles"/>: a line of <c>sha256sum</c> for each file, and a remark for each that has none.</summary>
internal static class WrittenList
{
    /// <summary>In the place of a SHA-256: a record without a checksum.</summary>
    public const string Unsummed = "";

    /// <summary>In the place of a SHA-256: a record that carries its own checksum, <see cref="RecordSeal"/>.</summary>
    public const string Sealed = "sealed";

    private const string Begun = "#begun  ";
    private const string Record = "#record  ";
    private const string SealedRecord = "#sealed  ";
    private const int HashDigits = 64;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>[name]: the SHA-256, or null; lines of another kind are passed over.</summary>
    public static SortedDictionary<string, string?> Read(string path)
    {
        var hashes = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var line in File.Exists(path) && FileKind.HasEnd(path) ? File.ReadLines(path) : [])
        {
            var (isEscaped, text) = line.StartsWith('\\') ? (true, line[1..]) : (false, line);
            if (text.StartsWith(Begun, StringComparison.Ordinal))
            {
                hashes.TryAdd(Name(text[Begun.Length..], isEscaped), null);
            }
            else if (text.StartsWith(Record, StringComparison.Ordinal))
            {
                hashes.TryAdd(Name(text[Record.Length..], isEscaped), Unsummed);
            }
            else if (text.StartsWith(SealedRecord, StringComparison.Ordinal))
            {
                hashes.TryAdd(Name(text[SealedRecord.Length..], isEscaped), Sealed);
            }
            else if (text.Length > HashDigits + 2 && text.AsSpan(HashDigits, 2) is "  " && !text.AsSpan(0, HashDigits).ContainsAnyExcept(Digits))
            {
                hashes[Name(text[(HashDigits + 2)..], isEscaped)] = text[..HashDigits];
            }
        }
        foreach (var name in hashes.Keys.Where(name => Path.IsPathRooted(name) || name.Split('/').Contains("..") || name.Contains('\0')).ToList())
        {
            hashes.Remove(name); // It is no file of the folder.
        }
        return hashes;
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, string?>> hashes)
    {
        try
        {
            using (var file = new StreamWriter(TemporaryFile.Create(path)) { NewLine = "\n" })
            {
                foreach (var (name, hash) in hashes)
                {
                    var escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
                    file.WriteLine($"{(escaped == name ? "" : "\\")}{(hash switch { null => Begun, Unsummed => Record, Sealed => SealedRecord, _ => hash + "  " })}{escaped}");
                }
                file.Flush();
                ((FileStream)file.BaseStream).Flush(flushToDisk: true);
            }
            File.Move(TemporaryFile.NameOf(path), path, overwrite: true);
        }
        catch
        {
            TemporaryFile.Discard(TemporaryFile.NameOf(path));
            throw;
        }
    }

    private static string Name(string text, bool isEscaped) => !isEscaped ? text : text
        .Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace('\0', '\\');
}

/// <summary>The SHA-256 of files that this process wrote and hashed on the way, or has just compared: they need not be read again for their list.</summary>
public static class WrittenHashes
{
    private static readonly ConcurrentDictionary<string, (long Bytes, DateTime Written, string Sha256)> Known = new(StringComparer.Ordinal);

    /// <param name="at">Where the file lies now, before it gets its name.</param>
    public static void Remember(string path, string at, string sha256)
    {
        var file = new FileInfo(at);
        Known[Path.GetFullPath(path)] = (file.Length, file.LastWriteTimeUtc, sha256);
    }

    /// <summary>What was remembered of a file, once; null where there is nothing, or the file is another.</summary>
    public static string? Take(string path) =>
        Known.TryRemove(Path.GetFullPath(path), out var known) && new FileInfo(path) is { Exists: true } file && (file.Length, file.LastWriteTimeUtc) == (known.Bytes, known.Written) ? known.Sha256 : null;
}

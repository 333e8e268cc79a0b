using System.IO.Compression;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>Opens sources, gzipped or not.</summary>
internal static class InputFile
{
    private const int BufferBytes = 1 << 20;

    /// <exception cref="DataException">There is no such file.</exception>
    public static Stream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file: check the path");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), BufferBytes) : file;
    }

    /// <summary>Fills the span, or as much of it as there is.</summary>
    /// <exception cref="DataException">The gzip stream is damaged.</exception>
    public static int Read(Stream stream, Span<byte> bytes, string path)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException damaged)
        {
            throw Damaged(path, damaged);
        }
    }

    public static DataException Damaged(string path, InvalidDataException damaged) =>
        new($"{path}: not a whole gzip file ({damaged.Message.TrimEnd('.')}): fetch it again", damaged);

    /// <summary>The name of a file or folder up to its first extension, without the dots and underscores before it: what begins with these is no shard of a pool.</summary>
    public static string Stem(string path)
    {
        var name = Path.GetFileName(Full(path)).TrimStart('.', '_');
        return name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? name[..dot] : name.Length > 0 ? name : "rows";
    }

    /// <summary>The whole path, so that it ends in a name.</summary>
    public static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}

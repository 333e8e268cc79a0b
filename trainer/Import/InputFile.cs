using System.IO.Compression;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

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

    /// <summary>The file name up to its first extension.</summary>
    public static string Stem(string path) => Path.GetFileName(path) is var name && name.IndexOf('.', 1) is var dot and > 0 ? name[..dot] : name;
}

using System.IO.Compression;
using System.Security.Cryptography;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>Files that may be gzipped, read as what is packed in them.</summary>
/// <remarks>What is unpacked lies in the cache folder until it is disposed.</remarks>
internal static class UnpackedFile
{
    private const long MostBytes = 4L << 30;
    private const int BufferBytes = 1 << 20;
    private const string Unpacking = "unpack-";

    /// <exception cref="DataException">There is no such file, or it is no whole gzip file or a larger one than is unpacked.</exception>
    public static LocalFile Open(string path)
    {
        var packed = StoredFiles.Open(path);
        if (!IsGzip(packed.Path))
        {
            return packed;
        }
        using (packed)
        {
            var folder = Path.Combine(StoredFiles.Cache.Folder, "unpacked");
            var temporary = TemporaryFolder.Create(Path.Combine(folder, Unpacking + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
            try
            {
                TemporaryFile.RemoveFrom(folder, of: Unpacking);
                var plain = Path.Combine(temporary.Path, "file");
                Unpack(packed.Path, plain, path);
                return new LocalFile(plain, temporary);
            }
            catch
            {
                temporary.Dispose();
                throw;
            }
        }
    }

    private static bool IsGzip(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B]);
    }

    private static void Unpack(string from, string to, string path)
    {
        try
        {
            using var packed = new GZipStream(File.OpenRead(from), CompressionMode.Decompress);
            using var plain = File.Create(to);
            var buffer = new byte[BufferBytes];
            for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
            {
                plain.Write(buffer, 0, read);
                if (plain.Length > MostBytes)
                {
                    throw new DataException($"{path}: holds more than {MostBytes >> 30} GiB when unpacked, expected at most that: divide it");
                }
            }
        }
        catch (InvalidDataException damaged)
        {
            throw new DataException($"{path}: not a whole gzip file ({damaged.Message.TrimEnd('.')}): fetch it again", damaged);
        }
    }
}

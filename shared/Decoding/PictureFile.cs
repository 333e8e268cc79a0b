using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Decoding;

/// <summary>The bytes of a file that may be a picture.</summary>
public static class PictureFile
{
    // A file of pixels without compression, of the most pixels that are decoded, is not larger.
    private const long MostBytes = PictureDecoder.MostPixels * 4;

    /// <exception cref="UnusablePictureException">The file is not there, may not be read or is too large.</exception>
    /// <exception cref="IOException">The disk failed: the picture may be as good as any.</exception>
    public static byte[] Bytes(string path)
    {
        try
        {
            if (!FileKind.HasEnd(path))
            {
                throw new UnusablePictureException(PictureFault.Unreadable, "a pipe or a device, expected a file");
            }
            using var file = File.OpenRead(path);
            RequireSize(file.Length);
            var bytes = new byte[file.Length]; // No more than that: a device may go on for ever.
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count == bytes.Length ? bytes : bytes[..count];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException && DeviceFault.Behind(refused) is null)
        {
            throw new UnusablePictureException(PictureFault.Unreadable, refused switch
            {
                UnauthorizedAccessException => "may not be read: give the right to",
                FileNotFoundException or DirectoryNotFoundException when path.Contains('\uFFFD', StringComparison.Ordinal) => "its name is not UTF-8: rename it",
                FileNotFoundException or DirectoryNotFoundException => "is not there: a link or an entry of a table that leads nowhere",
                IOException when refused.Message.Contains("symbolic links", StringComparison.Ordinal) && new FileInfo(path).LinkTarget is { } target => $"a link to {target} that leads back to itself: mend the link or remove it",
                _ => refused.Message.TrimEnd('.'),
            });
        }
    }

    /// <exception cref="UnusablePictureException">The file is too large.</exception>
    public static void RequireSize(long bytes)
    {
        if (bytes > MostBytes)
        {
            throw new UnusablePictureException(PictureFault.TooLarge, FormattableString.Invariant($"{bytes} bytes, expected at most {MostBytes}"));
        }
    }
}

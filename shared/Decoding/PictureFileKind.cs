using System.Text;

namespace ParquetPool.Decoding;

/// <summary>What a file's first bytes say that it is, whatever its name says.</summary>
/// <param name="Name">For people.</param>
/// <param name="IsDecoded">Whether <see cref="PictureDecoder"/> decodes it.</param>
/// <param name="IsPicture">Whether it is a picture at all.</param>
public sealed record PictureFileKind(string Name, bool IsDecoded, bool IsPicture, params IReadOnlyList<string> Extensions)
{
    /// <summary>Of a file that <see cref="Of"/> looks at, at most.</summary>
    public const int HeadBytes = 64;

    public static readonly PictureFileKind Jpeg = new("JPEG", true, true, ".jpg", ".jpeg", ".jpe", ".jfif");
    public static readonly PictureFileKind Png = new("PNG", true, true, ".png", ".apng");
    public static readonly PictureFileKind WebP = new("WebP", true, true, ".webp");
    public static readonly PictureFileKind Gif = new("GIF", true, true, ".gif");
    public static readonly PictureFileKind Bmp = new("BMP", true, true, ".bmp", ".dib");
    private static readonly PictureFileKind Tiff = new("TIFF", false, true, ".tif", ".tiff");
    private static readonly PictureFileKind Avif = new("AVIF", false, true, ".avif");
    private static readonly PictureFileKind Heic = new("HEIC", false, true, ".heic", ".heif");
    private static readonly PictureFileKind JpegXl = new("JPEG XL", false, true, ".jxl");
    private static readonly PictureFileKind Jpeg2000 = new("JPEG 2000", false, true, ".jp2", ".j2k");
    private static readonly PictureFileKind Svg = new("SVG", false, true, ".svg");
    private static readonly PictureFileKind Page = new("a web page", false, false);
    private static readonly PictureFileKind Pointer = new("a Git LFS pointer, whose file was not fetched: run git lfs pull", false, false);
    private static readonly PictureFileKind Text = new("a text", false, false);
    private static readonly PictureFileKind Other = new("bytes of no known picture format", false, false);
    private static readonly PictureFileKind[] Pictures = [Jpeg, Png, WebP, Gif, Bmp, Tiff, Avif, Heic, JpegXl, Jpeg2000, Svg];

    /// <param name="head">The file's first <see cref="HeadBytes"/> bytes, or all that it has.</param>
    public static PictureFileKind Of(ReadOnlySpan<byte> head) => Binary(head) ?? (IsText(head) ? Texts(head) : Other);

    /// <summary>Whether a file is called as pictures are.</summary>
    public static bool IsNamedSo(string path) => Pictures.Any(kind => kind.HasExtension(path));

    /// <summary>Whether the name's extension is this kind's.</summary>
    public bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static PictureFileKind? Binary(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? Jpeg
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? Png
        : head.StartsWith("GIF8"u8) ? Gif
        : head.StartsWith("RIFF"u8) && At(head, 8, "WEBP"u8) ? WebP
        : head.StartsWith("BM"u8) && head.Length >= 18 && head[15] == 0 && head[14] is 12 or 40 or 52 or 56 or 64 or 108 or 124 ? Bmp
        : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8) ? Tiff
        : At(head, 4, "ftypavif"u8) || At(head, 4, "ftypavis"u8) ? Avif
        : At(head, 4, "ftyphe"u8) || At(head, 4, "ftypmif1"u8) || At(head, 4, "ftypmsf1"u8) ? Heic
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || At(head, 4, "JXL "u8) ? JpegXl
        : At(head, 4, "jP  "u8) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? Jpeg2000
        : null;

    private static PictureFileKind Texts(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return Starts("<svg") || (Starts("<?xml") && text.Contains("<svg", StringComparison.OrdinalIgnoreCase)) ? Svg
            : Starts("<!doctype html") || Starts("<html") ? Page
            : Starts("version https://git-lfs") ? Pointer
            : Text;

        bool Starts(string with) => text.StartsWith(with, StringComparison.OrdinalIgnoreCase);
    }

    private static bool At(ReadOnlySpan<byte> head, int place, ReadOnlySpan<byte> bytes) => head.Length > place && head[place..].StartsWith(bytes);

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var value in head)
        {
            if (value < 9 || value is > 13 and < 32 and not 27)
            {
                return false;
            }
        }
        return head.Length > 0;
    }
}

using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Exports;

/// <summary>Tells label files apart by how they begin, whatever they are called.</summary>
internal static class LabelFormat
{
    private const int MostBlanks = 4096;

    public enum Kind
    {
        Table,
        Json,
        Xml,
    }

    /// <exception cref="DataException">There is no such file, or it is compressed otherwise than by gzip.</exception>
    public static Kind Of(string path)
    {
        using var local = UnpackedFile.Open(path);
        if (Packing(local.Path) is { } packing)
        {
            throw new DataException($"{path}: {packing}");
        }
        using var text = new StreamReader(local.Path);
        var next = text.Read();
        for (var read = 1; read < MostBlanks && next >= 0 && (char.IsWhiteSpace((char)next) || next is '\uFEFF' or '\u001E'); read++)
        {
            next = text.Read();
        }
        return next switch { '[' or '{' => Kind.Json, '<' => Kind.Xml, _ => Kind.Table };
    }

    private static string? Packing(string file)
    {
        Span<byte> start = stackalloc byte[4];
        using var bytes = File.OpenRead(file);
        start = start[..bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.StartsWith("BZh"u8) || start.SequenceEqual((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "compressed, expected a plain file: unpack it (bunzip2, unzstd), or pack it with gzip"
            : start.SequenceEqual("PK\u0003\u0004"u8) || start.SequenceEqual((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) ? "an Excel workbook or a zip, expected a plain file: save the sheet as CSV UTF-8, or unpack it"
            : null;
    }
}

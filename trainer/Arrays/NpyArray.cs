using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>The header of a NumPy file, versions 1 to 3.</summary>
/// <param name="Descr">The type of its elements, as NumPy spells it.</param>
/// <param name="IsFortran">Whether the first index runs fastest.</param>
/// <param name="Shape">As it stands there.</param>
/// <param name="Dims">The same as numbers; 0 where one is none.</param>
internal sealed partial record NpyArray(string Descr, bool IsFortran, string Shape, IReadOnlyList<int> Dims)
{
    private const int LongestHeader = 1 << 16;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Reads the header; the stream then stands at the first element.</summary>
    /// <exception cref="DataException">It is no NumPy file.</exception>
    public static NpyArray Read(Stream stream, string path)
    {
        var text = ReadText(stream, path);
        var shape = ShapeTuple().Match(text).Groups[1].Value;
        return new(
            DescrText().Match(text).Groups[1].Value,
            FortranOrder().IsMatch(text),
            shape,
            [.. shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0)]);
    }

    private static string ReadText(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[8];
        if (InputFile.Read(stream, start, path) < start.Length || !start[..6].SequenceEqual(Magic) || start[6] is < 1 or > 3)
        {
            throw new DataException($"{path}: not a NumPy file of version 1 to 3: save it with numpy.save");
        }

        Span<byte> size = stackalloc byte[start[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        var found = InputFile.Read(stream, size, path);
        var length = size.Length == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        var header = new byte[Math.Min(length, LongestHeader)];
        return found == size.Length && length <= LongestHeader && InputFile.Read(stream, header, path) == header.Length
            ? Encoding.UTF8.GetString(header)
            : throw new DataException($"{path}: ends in its header: save it again");
    }

    [GeneratedRegex("""'descr':\s*'([^']*)'""")]
    private static partial Regex DescrText();

    [GeneratedRegex("""'fortran_order':\s*True""")]
    private static partial Regex FortranOrder();

    [GeneratedRegex("""'shape':\s*\(([^)]*)\)""")]
    private static partial Regex ShapeTuple();
}

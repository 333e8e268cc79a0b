using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>The header of a NumPy file, versions 1 to 3.</summary>
/// <param name="Rows">The first dimension.</param>
/// <param name="Width">The product of the others.</param>
/// <param name="Type">The element type.</param>
internal sealed partial record NpyHeader(long Rows, int Width, NumberType Type)
{
    /// <summary>The other dimensions, where bytes make them a picture's; null for other numbers.</summary>
    public IReadOnlyList<int>? Picture { get; private init; }

    private const int LongestHeader = 1 << 16;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Reads the header; the stream then stands at the first number.</summary>
    /// <exception cref="DataException">It is no NumPy file, or its numbers or shape cannot be imported.</exception>
    public static NpyHeader Read(Stream stream, string path)
    {
        var text = ReadText(stream, path);
        var type = Descr().Match(text).Groups[1].Value switch
        {
            "<f4" => NumberType.Float32,
            "<f8" => NumberType.Float64,
            "|u1" => NumberType.Byte,
            var other => throw new DataException($"{path}: numbers of type '{other}', expected '<f4', '<f8' or '|u1': save it with .astype('float32')"),
        };
        if (FortranOrder().IsMatch(text))
        {
            throw new DataException($"{path}: in Fortran order, expected C order: save it with numpy.ascontiguousarray");
        }

        var shape = ShapeTuple().Match(text).Groups[1].Value;
        var dimensions = shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(size => int.TryParse(size, CultureInfo.InvariantCulture, out var value) ? value : 0).ToArray();
        return dimensions is [> 0, _, ..]
            ? new(dimensions[0], Shape.Width(path, dimensions[1..]), type) { Picture = type == NumberType.Byte ? dimensions[1..] : null }
            : throw new DataException($"{path}: shape ({shape}), expected (rows, values) or more dimensions, each above 0: reshape it");
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
    private static partial Regex Descr();

    [GeneratedRegex("""'fortran_order':\s*True""")]
    private static partial Regex FortranOrder();

    [GeneratedRegex("""'shape':\s*\(([^)]*)\)""")]
    private static partial Regex ShapeTuple();
}

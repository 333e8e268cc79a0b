using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>The values of an array of one dimension as text, one after another.</summary>
/// <param name="stream">Stands at the first value; owned.</param>
/// <param name="bytes">Of a value.</param>
internal sealed class ArrayValues(Stream stream, string path, int bytes, Func<byte[], string> text) : IDisposable
{
    private const int LongestText = 1 << 16;

    private static readonly UTF32Encoding Utf32 = new(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] value = new byte[bytes];
    private long read;

    /// <summary>Of a type as NumPy spells it: whole numbers, booleans and texts.</summary>
    /// <exception cref="DataException">Values of the type are neither.</exception>
    public static ArrayValues Of(Stream stream, string path, string descr)
    {
        if (descr is ['<' or '|', 'U' or 'S', ..] && int.TryParse(descr.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= LongestText)
        {
            return descr[1] == 'U'
                ? new(stream, path, length * sizeof(int), value => Utf32.GetString(value).TrimEnd('\0'))
                : new(stream, path, length, value => Utf8.GetString(value).TrimEnd('\0'));
        }
        return descr switch
        {
            "|b1" => new(stream, path, 1, value => value[0] == 0 ? "false" : "true"),
            "|u1" => new(stream, path, 1, value => Text(value[0])),
            "|i1" => new(stream, path, 1, value => Text((sbyte)value[0])),
            "<i2" => new(stream, path, 2, value => Text(BinaryPrimitives.ReadInt16LittleEndian(value))),
            "<u2" => new(stream, path, 2, value => Text(BinaryPrimitives.ReadUInt16LittleEndian(value))),
            "<i4" => new(stream, path, 4, value => Text(BinaryPrimitives.ReadInt32LittleEndian(value))),
            "<u4" => new(stream, path, 4, value => Text(BinaryPrimitives.ReadUInt32LittleEndian(value))),
            "<i8" => new(stream, path, 8, value => Text(BinaryPrimitives.ReadInt64LittleEndian(value))),
            "<u8" => new(stream, path, 8, value => Text(BinaryPrimitives.ReadUInt64LittleEndian(value))),
            _ => throw new DataException($"{path}: values of type '{descr}', expected whole numbers, booleans or texts of fixed length as labels and ids: save them with .astype('int64') or .astype('U')"),
        };
    }

    /// <summary>The next value.</summary>
    /// <exception cref="DataException">There is none, or its bytes are no text.</exception>
    public string Next()
    {
        read++;
        try
        {
            return InputFile.Read(stream, value, path) == value.Length ? text(value) : throw new DataException($"{path}: ends before its values do: fetch it again");
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException($"{path}: value {read} has bytes that are no characters, expected UTF-8 in texts of type S, Unicode in those of type U: save it with .astype('U')", e);
        }
    }

    public void Dispose() => stream.Dispose();

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}

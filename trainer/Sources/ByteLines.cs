using System.Buffers;
using System.Text;
using System.Text.Unicode;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>The lines of a file in UTF-8, gzipped or not, one after another and each of bounded length: a file without ends of lines is not held whole.</summary>
internal sealed class ByteLines(string path) : IDisposable
{
    private const int LongestLine = 1 << 26;
    private const int BufferBytes = 1 << 16;

    private readonly Stream stream = InputFile.Open(path);
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> line = new();
    private int next;
    private int end;

    /// <summary>Of the current line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The current line without its end, until the next is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    public string Text => Encoding.UTF8.GetString(Line.Span);

    /// <summary>Goes to the next line; false after the last.</summary>
    /// <exception cref="DataException">It is too long, or not UTF-8.</exception>
    public bool Next()
    {
        line.ResetWrittenCount();
        var isWhole = false;
        while (!isWhole && Fill())
        {
            var rest = buffer.AsSpan(next..end);
            var length = rest.IndexOf((byte)'\n');
            isWhole = length >= 0;
            Append(isWhole ? rest[..length] : rest);
            next += isWhole ? length + 1 : rest.Length;
        }
        if (!isWhole && line.WrittenCount == 0)
        {
            return false;
        }
        Number++;
        Line = Number == 1 ? WithoutMark(line.WrittenMemory) : line.WrittenMemory;
        return Utf8.IsValid(Line.Span) ? true : throw new DataException($"{path}: line {Number}: not UTF-8: save it in UTF-8");
    }

    public void Dispose() => stream.Dispose();

    private bool Fill()
    {
        if (next == end)
        {
            (next, end) = (0, InputFile.Read(stream, buffer, path));
        }
        return end > 0;
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (line.WrittenCount + part.Length > LongestLine)
        {
            throw new DataException($"{path}: line {Number + 1} has more than {LongestLine:N0} bytes, expected a row on each line: is it one list? write one row a line");
        }
        line.Write(part);
    }

    /// <summary>Without the mark that a file in UTF-8 may begin with.</summary>
    private ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> first) =>
        first.Span is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? throw new DataException($"{path}: in UTF-16, expected UTF-8: save it in UTF-8")
        : first.Span is [0xEF, 0xBB, 0xBF, ..] ? first[3..]
        : first;
}

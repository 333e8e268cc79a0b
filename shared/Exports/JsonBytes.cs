using System.Buffers;
using System.Text.Json;

namespace ParquetPool.Exports;

/// <summary>Copies JSON values out of a stream, byte by byte, without what is too long to be of use.</summary>
internal sealed class JsonBytes(Stream stream)
{
    private const int BufferBytes = 1 << 18;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> value = new();
    private int filled;
    private int next;
    private long read;

    public void Clear() => value.ResetWrittenCount();

    public byte[] ToArray() => value.WrittenSpan.ToArray();

    public JsonDocument ToDocument() => JsonDocument.Parse(value.WrittenMemory);

    /// <summary>The next byte that is no space; -1 at the end.</summary>
    public int Peek()
    {
        while (PeekByte() is var c && c is ' ' or '\t' or '\r' or '\n' or 0x1E or 0xEF or 0xBB or 0xBF)
        {
            next++; // Also record separators and byte order marks.
        }
        return PeekByte();
    }

    public void Expect(char expected)
    {
        if (Peek() is var c && c != expected)
        {
            throw Unexpected(c, $"'{expected}'");
        }
        next++;
    }

    /// <summary>Appends one value; whether it is well formed within is for <see cref="ToDocument"/> to say.</summary>
    public void CopyValue()
    {
        var depth = 0;
        do
        {
            var c = Peek();
            switch (c)
            {
                case '"':
                    CopyText();
                    break;
                case '{' or '[':
                    depth++;
                    Copy(1);
                    break;
                case '}' or ']' when depth > 0:
                    depth--;
                    Copy(1);
                    break;
                case ',' or ':' when depth > 0:
                    Copy(1);
                    break;
                case -1 or '}' or ']' or ',' or ':':
                    throw Unexpected(c, "a value");
                default:
                    CopyWord();
                    break;
            }
            if (value.WrittenCount > JsonElements.LargestElement)
            {
                throw new JsonException($"an element that ends after byte {Position} is larger than {JsonElements.LargestElement} bytes");
            }
        }
        while (depth > 0);
    }

    private long Position => read - filled + next;

    private void CopyWord()
    {
        var start = value.WrittenCount;
        Copy(1);
        while (PeekByte() is var c && c > ' ' && c is not (',' or ':' or '{' or '}' or '[' or ']' or '"'))
        {
            Copy(1);
            if (value.WrittenCount - start > JsonElements.LongestText)
            {
                throw new JsonException($"a word before byte {Position} is longer than {JsonElements.LongestText} bytes");
            }
        }
        if (IsNoNumber(value.WrittenSpan[start..]))
        {
            CutBack(start);
            value.Write("null"u8); // Python and R write it so, which is no JSON.
        }
        value.Write(" "u8); // Words that a space divides stay two.
    }

    private static bool IsNoNumber(ReadOnlySpan<byte> word) => word.SequenceEqual("NaN"u8) || word.SequenceEqual("Infinity"u8) || word.SequenceEqual("-Infinity"u8);

    private void CopyText()
    {
        var start = value.WrittenCount;
        var (length, dropped) = (0L, false);
        Copy(1);
        while (true)
        {
            if (PeekByte() < 0)
            {
                throw Unexpected(-1, "the end of a text");
            }
            var rest = buffer.AsSpan(next, filled - next);
            var end = rest.IndexOfAny((byte)'"', (byte)'\\');
            var plain = end < 0 ? rest.Length : end;
            if (!dropped && (length += plain) > JsonElements.LongestText)
            {
                dropped = true;
            }
            Pass(plain, dropped);
            if (end < 0)
            {
                continue;
            }
            if (rest[end] == '"')
            {
                Pass(1, dropped);
                break;
            }
            Pass(1, dropped);
            if (PeekByte() < 0)
            {
                throw Unexpected(-1, "the end of a text");
            }
            Pass(1, dropped);
            length += 2;
        }
        if (dropped)
        {
            CutBack(start);
            value.Write("\"\""u8);
        }
    }

    private void CutBack(int start)
    {
        var kept = value.WrittenSpan[..start].ToArray();
        value.ResetWrittenCount();
        value.Write(kept);
    }

    private void Pass(int count, bool dropped)
    {
        if (dropped)
        {
            next += count;
        }
        else
        {
            Copy(count);
        }
    }

    private void Copy(int count)
    {
        value.Write(buffer.AsSpan(next, count));
        next += count;
    }

    private int PeekByte()
    {
        if (next == filled)
        {
            (filled, next) = (stream.Read(buffer), 0);
            read += filled;
        }
        return filled == 0 ? -1 : buffer[next];
    }

    private JsonException Unexpected(int c, string expected) =>
        new(c < 0 ? $"it ends at byte {Position}, expected {expected}: it was cut short" : $"unexpected '{(char)c}' at byte {Position}, expected {expected}");
}

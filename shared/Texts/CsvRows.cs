using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Texts;

/// <summary>The rows of a CSV file as people and programs leave them: any line ends, mixed ones too, blank lines, lines cut short, quotes inside cells.</summary>
/// <remarks>
/// UTF-8, or UTF-16 with its byte order mark. Separated by comma, semicolon or tab, whichever the header has most of, or by what a first line
/// <c>sep=;</c> names. A cell is quoted where it begins with a quote. Cells that nobody asked for are passed over, however long they are.
/// </remarks>
internal sealed class CsvRows : IDisposable
{
    private const int LongestCell = 1 << 20;
    private const int BufferChars = 1 << 14;
    private const int None = -1;
    private static readonly char[] Delimiters = [',', ';', '\t'];
    private readonly string path;
    private readonly StreamReader reader;
    private readonly char[] buffer = new char[BufferChars];
    private readonly StringBuilder cell = new();
    private readonly char delimiter;
    private int filled;
    private int next;
    private long line = 1;

    /// <exception cref="DataException">The file is empty.</exception>
    public CsvRows(string file, string path)
    {
        this.path = path;
        reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, BufferChars);
        try
        {
            (delimiter, Header) = ReadHeader();
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Header { get; }

    /// <summary>The cells of the columns, row by row; an empty or missing one is null.</summary>
    /// <param name="columns">Places in the header.</param>
    /// <exception cref="DataException">A row has more cells than the header, a quote has no end, a cell that is asked for is endless, or the file is not UTF-8.</exception>
    public IEnumerable<string?[]> Read(IReadOnlyList<int> columns)
    {
        var wanted = new int[Header.Count];
        Array.Fill(wanted, None);
        var twice = new List<(int From, int To)>();
        foreach (var (place, column) in columns.Index())
        {
            if (wanted[column] == None)
            {
                wanted[column] = place;
            }
            else
            {
                twice.Add((wanted[column], place));
            }
        }
        while (true)
        {
            var values = new string?[columns.Count];
            var begins = line;
            var cells = 0;
            bool more;
            do
            {
                var keep = cells < wanted.Length && wanted[cells] != None;
                var (text, isQuoted) = ReadCell(delimiter, keep, out more, out var ended);
                if (ended && cells == 0 && text.Length == 0 && !isQuoted)
                {
                    yield break;
                }
                if (cells >= wanted.Length && (text.Length > 0 || isQuoted))
                {
                    throw Bad(begins, $"it has more cells than the header's {Header.Count}");
                }
                if (keep && text.Length > 0)
                {
                    values[wanted[cells]] = CellText.Restore(text);
                }
                cells++;
            }
            while (more);
            if (cells == 1 && Header.Count > 1 && values.All(v => v is null))
            {
                continue; // A blank line.
            }
            twice.ForEach(t => values[t.To] = values[t.From]);
            yield return values;
        }
    }

    public void Dispose() => reader.Dispose();

    private (char Delimiter, IReadOnlyList<string> Names) ReadHeader()
    {
        List<string> lines = [];
        while (lines.Count < 2 && ReadLine() is { } read)
        {
            if (read.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && read.Length == 5 && lines.Count == 0)
            {
                lines.Add(read);
            }
            else if (!string.IsNullOrWhiteSpace(read))
            {
                lines.Add(read);
                break;
            }
        }
        var header = lines.Count > 0 && !(lines is [var only] && only.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)) ? lines[^1] : throw new DataException($"{path}: empty: expected a header line and rows");
        var by = lines.Count == 2 ? lines[0][4] : Delimiters.MaxBy(d => Split(header, d).Count);
        return (by, [.. Split(header, by).Select(name => name.Trim('\uFEFF').ReplaceLineEndings(" "))]);
    }

    private static List<string> Split(string header, char by)
    {
        var names = new List<string>();
        var (name, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] == '"' && (quoted || name.Length == 0))
            {
                var isDouble = quoted && i + 1 < header.Length && header[i + 1] == '"';
                name.Append(isDouble ? "\"" : "");
                i += isDouble ? 1 : 0;
                quoted = isDouble || !quoted;
            }
            else if (header[i] == by && !quoted)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
            {
                name.Append(header[i]);
            }
        }
        names.Add(name.ToString());
        return names;
    }

    /// <summary>A line up to its end outside quotes; null at the end of the file.</summary>
    private string? ReadLine()
    {
        var (text, quoted) = (new StringBuilder(), false);
        int c;
        while ((c = Next()) >= 0)
        {
            quoted ^= c == '"';
            if (c is '\r' or '\n' && !quoted)
            {
                EndLine(c);
                return text.ToString();
            }
            text.Append((char)c);
            if (text.Length > LongestCell)
            {
                throw Bad(line, "its header has no end");
            }
        }
        return text.Length > 0 ? text.ToString() : null;
    }

    private (string Text, bool IsQuoted) ReadCell(char by, bool keep, out bool more, out bool ended)
    {
        cell.Clear();
        var (begins, isQuoted, inside) = (line, false, false);
        var length = 0L;
        while (true)
        {
            var c = Next();
            if (c < 0 || (!inside && (c == by || c is '\r' or '\n')))
            {
                if (inside)
                {
                    throw Bad(begins, "a quote that begins a cell has no end");
                }
                if (c is '\r' or '\n')
                {
                    EndLine(c);
                }
                (more, ended) = (c == by, c < 0);
                return (keep ? cell.ToString() : length > 0 ? "x" : "", isQuoted);
            }
            if (c == '"' && length == 0 && !isQuoted)
            {
                (isQuoted, inside) = (true, true);
                continue;
            }
            if (c == '"' && inside)
            {
                if (Peek() != '"')
                {
                    inside = false;
                    continue;
                }
                Next();
            }
            line += c == '\n' ? 1 : 0;
            length++;
            if (keep)
            {
                cell.Append((char)c);
                if (length > LongestCell)
                {
                    throw Bad(begins, $"a cell is longer than {LongestCell} characters");
                }
            }
        }
    }

    private void EndLine(int c)
    {
        if (c == '\r' && Peek() == '\n')
        {
            Next();
        }
        line++;
    }

    private int Peek()
    {
        if (next == filled)
        {
            try
            {
                (filled, next) = (reader.Read(buffer), 0);
            }
            catch (DecoderFallbackException)
            {
                throw Bad(line, "from here on it is not UTF-8");
            }
        }
        return filled == 0 ? -1 : buffer[next];
    }

    private int Next()
    {
        var c = Peek();
        next += c < 0 ? 0 : 1;
        return c;
    }

    private DataException Bad(long at, string why) =>
        new($"{path}: not a readable CSV or Parquet file (line {at}: {why}): save it as CSV in UTF-8, each row with as many cells as the header, or as Parquet");
}

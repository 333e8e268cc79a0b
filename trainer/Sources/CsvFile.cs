using System.Text.Unicode;
using CsvHelper;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>One CSV file, row by row; separated by comma, semicolon, tab or bar, whichever its first lines agree on.</summary>
internal sealed class CsvFile : IDisposable
{
    private static readonly CsvReaderOptions Strict = new()
    {
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
    };

    private readonly CsvReader reader;

    /// <exception cref="DataException">The file is missing, empty or malformed.</exception>
    public CsvFile(string path)
    {
        Path = path;
        reader = CsvReader.Create(InputFile.Open(path), Strict);
        try
        {
            Guard(() => { reader.ReadHeader(); return true; });
            Header = Distinct(reader.Headers);
            if (Header is [])
            {
                throw new DataException($"{path}: empty: expected a header line and rows");
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>A name that stands twice is followed by <c>.1</c> the second time, as pandas does.</summary>
    public string[] Header { get; }

    /// <summary>The line, from 1, on which the current row starts.</summary>
    public long Line => reader.LineNumber;

    /// <exception cref="DataException">The cell is not UTF-8.</exception>
    public string Text(int column) => Utf8.IsValid(reader.GetSpan(column)) ? reader.GetString(column)
        : throw new DataException($"{Path}: line {Line}: column '{Header[column]}' is not UTF-8, as files of other encodings such as Latin-1 are not: save it in UTF-8");

    /// <summary>The cell as UTF-8, until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => reader.GetSpan(column);

    /// <summary>Goes to the next row; false after the last.</summary>
    /// <exception cref="DataException">The row is malformed or has another number of cells than the header.</exception>
    public bool Next() => Guard(reader.Read);

    public void Dispose() => reader.Dispose();

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException malformed)
        {
            throw new DataException($"{Path}: line {malformed.LineNumber}: {malformed.Message.TrimEnd('.')}: check the separators and quotes", malformed);
        }
        catch (InvalidDataException damaged)
        {
            throw InputFile.Damaged(Path, damaged);
        }
    }

    private static string[] Distinct(IReadOnlyList<string> names)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            var before = seen.GetValueOrDefault(name);
            seen[name] = before + 1;
            return before == 0 ? name : $"{name}.{before}";
        })];
    }
}

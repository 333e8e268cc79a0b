using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Sources;

/// <summary>Ids for rows that bring none: a prefix and the row's index, or those of a file.</summary>
internal sealed class RowIds : IDisposable
{
    private static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly string? path;
    private readonly IEnumerator<string> ids;

    private RowIds(IEnumerable<string> ids, string? path) => (this.ids, this.path) = (ids.GetEnumerator(), path);

    public static RowIds Counted(string prefix) => new(Count(prefix), null);

    /// <summary>One id per line, or the column <c>id</c> of a CSV or Parquet file.</summary>
    public static RowIds FromFile(string path) => new(IsTable(path) ? Column(path) : Lines(path), path);

    /// <exception cref="DataException">An id is empty, or there are too few.</exception>
    public void Fill(SourceRows rows, int count)
    {
        for (var row = 0; row < count; row++)
        {
            rows.Ids[row] = ids.MoveNext() ? ids.Current : throw new DataException($"{path}: fewer ids than rows: give one id per row");
        }
    }

    /// <exception cref="DataException">There are more ids than rows.</exception>
    public void RequireEnd()
    {
        if (path is not null && ids.MoveNext())
        {
            throw new DataException($"{path}: more ids than rows: give one id per row");
        }
    }

    public void Dispose() => ids.Dispose();

    private static IEnumerable<string> Count(string prefix)
    {
        for (var index = 0L; ; index++)
        {
            yield return prefix + index.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool IsTable(string path)
    {
        using var file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[4096];
        start = start[..InputFile.Read(file, start, path)];
        var line = System.Text.Encoding.UTF8.GetString(start).TrimStart('\uFEFF').Split('\n', 2)[0];
        return start.StartsWith("PAR1"u8) || line.StartsWith("sep=", StringComparison.Ordinal) || line.Split(Delimiters).Any(cell => cell.Trim().Trim('"') == "id");
    }

    private static IEnumerable<string> Column(string path) =>
        TextTable.Read(path, "id").Select((values, row) => Require(path, row + 1, values[0]));

    private static IEnumerable<string> Lines(string path)
    {
        using var lines = new ByteLines(path);
        while (lines.Next())
        {
            yield return Require(path, lines.Number, lines.Text.Trim());
        }
    }

    private static string Require(string path, long row, string? id) =>
        string.IsNullOrEmpty(id) ? throw new DataException($"{path}: row {row}: id is empty: fill it in") : id;
}

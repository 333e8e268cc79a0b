using ParquetPool.Tables;

namespace ParquetPool.Shards;

/// <summary>Leaves out Parquet files that the log of the table in whose folder they lie does not name any more, for readers of other things than shards.</summary>
public static class LiveFiles
{
    private const string Kind = ".parquet";

    /// <summary>Those of the files that count, in their order; files of other kinds do.</summary>
    /// <param name="isNamed">Whether the user named each: then one that does not count is refused.</param>
    /// <exception cref="Errors.DataException">A log is damaged or of a format that is not read here, or a named file does not count.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> files, bool isNamed)
    {
        var tables = new TableFiles();
        return [.. files.Where(file => !file.EndsWith(Kind, StringComparison.OrdinalIgnoreCase) || tables.Live([file], Path.GetDirectoryName(Path.GetFullPath(file))!, isNamed ? null : _ => false).Count > 0)];
    }
}

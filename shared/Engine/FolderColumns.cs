using System.Collections.ObjectModel;

namespace ParquetPool.Engine;

/// <summary>Columns that a shard has of the folders it lies in, such as <c>label=cat/</c>, as Hive and Spark write them, or of a table's log.</summary>
internal static class FolderColumns
{
    private const string Missing = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Text, NULL where the folder says that the value is missing. Of two folders of one name the inner counts; what is said of the shard comes before both.</summary>
    public static IEnumerable<ColumnType> Of(string path, RowColumns? said)
    {
        var values = Values(path);
        foreach (var (name, value) in said?.Values ?? ReadOnlyDictionary<string, string>.Empty)
        {
            values[name] = value.Length > 0 ? value : null;
        }
        return values.Select(column => new ColumnType(column.Key, "VARCHAR") { Expression = column.Value is { } text ? Sql.Text(text) : "CAST(NULL AS VARCHAR)" });
    }

    /// <summary>What is said of a shard's columns, together with what a table's log says of its file, where the folders do not say that already.</summary>
    public static RowColumns? Said(string path, RowColumns? said, IReadOnlyDictionary<string, string?>? values)
    {
        var folders = Values(path);
        var others = (values ?? ReadOnlyDictionary<string, string?>.Empty).Where(column => !folders.TryGetValue(column.Key, out var folder) || folder != column.Value).ToDictionary(column => column.Key, column => column.Value ?? "", StringComparer.Ordinal);
        return others.Count > 0 ? (said ?? new RowColumns()) with { Values = others } : said?.Values is null ? said : said with { Values = null };
    }

    private static Dictionary<string, string?> Values(string path)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var folder in path.Split('/')[..^1].Where(folder => folder.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            var at = folder.IndexOf('=', StringComparison.Ordinal);
            values[Uri.UnescapeDataString(folder[..at])] = folder[(at + 1)..] is var written && written is Missing or "" ? null : Uri.UnescapeDataString(written);
        }
        return values;
    }
}

using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>Labels as people hand them over: CSV or Parquet with the columns <c>id</c> and <c>label</c>; other columns are ignored.</summary>
/// <remarks>Ids and labels are text; integers count as their decimal text. CSV may be separated by comma, semicolon or tab.</remarks>
public static class LabelFile
{
    private const string Id = "id";
    private const string Label = "label";

    /// <summary>The label of every id in the files.</summary>
    /// <param name="pathsOrGlobs">Files, folders (their <c>*.csv</c> and <c>*.parquet</c>) and globs; the same label twice is fine.</param>
    /// <exception cref="DataException">A file or column is missing, a file has no rows, an id or label is empty, or an id has two labels.</exception>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> pathsOrGlobs)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Expand(pathsOrGlobs))
        {
            var row = 0L;
            foreach (var values in TextTable.Read(path, Id, Label))
            {
                row++;
                var id = values[0] is { Length: > 0 } known ? known : throw Empty(path, row, Id);
                var label = values[1] is { Length: > 0 } given ? given : throw Empty(path, row, Label);
                if (!labels.TryAdd(id, label) && labels[id] != label)
                {
                    throw new DataException($"{path}: row {row}: id {id} has label {label}, but {labels[id]} elsewhere: keep one");
                }
            }

            RequireRows(path, row);
        }

        return labels;
    }

    /// <summary>The ids in the files, of which only the column <c>id</c> is looked at: label files, ranked files.</summary>
    /// <remarks>A file of a header alone names none: before the first label there are none.</remarks>
    /// <exception cref="DataException">A file or the column is missing, or an id is empty.</exception>
    public static IReadOnlySet<string> ReadIds(IEnumerable<string> pathsOrGlobs)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Expand(pathsOrGlobs))
        {
            var row = 0L;
            foreach (var values in TextTable.Read(path, Id))
            {
                row++;
                ids.Add(values[0] is { Length: > 0 } known ? known : throw Empty(path, row, Id));
            }
        }

        return ids;
    }

    /// <summary>Ordered, so that a message does not depend on the order of the patterns.</summary>
    private static IEnumerable<string> Expand(IEnumerable<string> pathsOrGlobs) =>
        ShardPatterns.Expand(pathsOrGlobs, "*.csv", "*.parquet").Order(StringComparer.Ordinal);

    private static DataException Empty(string path, long row, string column) =>
        new($"{path}: row {row}: {column} is empty: fill it in or delete the row");

    private static void RequireRows(string path, long rows)
    {
        if (rows == 0)
        {
            throw new DataException($"{path}: no rows under the header: add rows or leave the file out");
        }
    }
}

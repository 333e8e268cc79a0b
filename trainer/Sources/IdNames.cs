using System.Text.RegularExpressions;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>The column that names the rows of a table: <c>id</c>, in whatever case, or <c>row_id</c>.</summary>
internal static partial class IdNames
{
    public const string Name = "id";
    private const string RowId = "row_id";

    /// <summary>Null where there is none.</summary>
    /// <exception cref="DataException">It is open which of two is meant.</exception>
    public static string? Of(string path, IReadOnlyList<string> columns)
    {
        if (columns.Contains(Name))
        {
            return Name;
        }
        var alike = columns.Where(column => column.Trim().Equals(Name, StringComparison.OrdinalIgnoreCase) || column.Trim().Equals(RowId, StringComparison.OrdinalIgnoreCase)).Distinct().ToList();
        return alike is [] or [_] ? alike.FirstOrDefault() : throw new DataException($"{path}: columns {string.Join(" and ", alike)} may name the rows, expected one column {Name}: give the one that names them that name");
    }

    /// <summary>What is to be known where no column is the id and one is called as if it might be.</summary>
    /// <param name="first">The id that the first row gets.</param>
    public static IEnumerable<string> Perhaps(IEnumerable<string> columns, string first) =>
        columns.Where(column => Like().IsMatch(column.Trim())).Take(1)
            .Select(column => $"no column is called {Name}, so rows are counted: {first} and so on; where the column '{column}' names them, call it {Name}");

    [GeneratedRegex("^$|^(index|key|uuid|guid|UUID|GUID)$|^Unnamed: |[-_. ](id|ID)$|[a-z0-9](Id|ID)$", RegexOptions.NonBacktracking)]
    private static partial Regex Like();
}

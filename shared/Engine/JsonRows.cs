using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>Rows of a Parquet file as JSON.</summary>
internal static class JsonRows
{
    /// <summary>An object for each row that has one of the members, such as <c>{"add":{"path":"x"}}</c> for <c>add.path</c>.</summary>
    /// <param name="members">Dotted names; what the file lacks is left out.</param>
    /// <exception cref="DataException">The file is missing or not Parquet.</exception>
    public static IEnumerable<string> Read(string path, IReadOnlyList<string> members)
    {
        using var duckDb = new DuckDb();
        using var file = StoredFiles.Open(path);
        var columns = ShardSchema.Read(duckDb, path).Columns;
        var found = members.Select(member => StructMembers.Find(columns, member)).OfType<ColumnType>().ToList();
        if (found.Count == 0)
        {
            return [];
        }
        var structs = found.GroupBy(member => member.Name.Split('.')[0]).Select(of =>
            $"{Sql.Text(of.Key)}, CASE WHEN {Sql.Name(of.Key)} IS NOT NULL THEN json_object({string.Join(", ", of.Select(member => $"{Sql.Text(member.Name[(of.Key.Length + 1)..])}, {member.Expression}"))}) END");
        try
        {
            return [.. duckDb.Rows($"SELECT CAST(json_object({string.Join(", ", structs)}) AS VARCHAR) FROM {Sql.ReadParquet(file.Path)} WHERE {string.Join(" OR ", found.Select(member => $"{member.Expression} IS NOT NULL"))}").Select(row => row[0]!)];
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(path, refused);
        }
    }
}

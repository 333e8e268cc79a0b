using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>Looks at the rows of a shard, where its columns are not what is expected, for what to say.</summary>
internal static class ColumnContents
{
    /// <summary>Rows looked at: enough to tell a name from a class.</summary>
    private const int Rows = 10_000;

    /// <summary>Columns whose values are all there and all different, in the first rows.</summary>
    public static IReadOnlyList<string> Names(string path, IReadOnlyList<ColumnType> columns)
    {
        List<ColumnType> possible = [.. columns.Where(column => column.IsId && !column.IsMade)];
        using var duckDb = DuckDb.Lent();
        using var file = StoredFiles.Open(path);
        try
        {
            var some = $"(SELECT * FROM {Sql.ReadParquet(file.Path)} LIMIT {Rows})";
            return possible.Count == 0 ? []
                : [.. possible.Zip(duckDb.Rows($"SELECT {string.Join(", ", possible.Select(column => $"CAST(count(*) > 1 AND count(DISTINCT {RowIdText.Expression(column)}) = count(*) AS VARCHAR)"))} FROM {some}").First())
                    .Where(pair => pair.Second == "true").Select(pair => pair.First.Name)];
        }
        catch (DuckDbException refused) when (DeviceFault.Behind(refused) is null)
        {
            return []; // A file that cannot be read is told of where it is read.
        }
    }

    /// <summary>Whether the column is NULL in every row.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static bool IsEmpty(string path, ColumnType column)
    {
        using var duckDb = DuckDb.Lent();
        using var file = StoredFiles.Open(path);
        try
        {
            // Of a column of Arrow's null type some writers' statistics say that no value is missing, so they are not asked.
            return duckDb.Integer($"SELECT 1 FROM parquet_schema({Sql.Text(Sql.Literal(file.Path))}) WHERE name = {Sql.Text(column.Name)} AND contains(logical_type, 'NullType()')") is not null
                || duckDb.Integer($"SELECT 1 FROM {Sql.ReadParquet(file.Path)} WHERE TRY_CAST({column.Expression} AS VARCHAR) IS NOT NULL LIMIT 1") is null;
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(path, refused);
        }
    }
}

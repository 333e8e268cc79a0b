using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>The columns of one Parquet file, from its footer.</summary>
internal sealed class ShardSchema
{
    private readonly string path;

    private ShardSchema(string path, IReadOnlyList<ColumnType> columns) => (this.path, Columns) = (path, columns);

    public IReadOnlyList<ColumnType> Columns { get; }

    /// <exception cref="DataException">The file is missing or not Parquet.</exception>
    public static ShardSchema Read(DuckDb duckDb, string path)
    {
        using var footer = StoredFiles.OpenFooter(path);
        try
        {
            return Describe(duckDb, path, Sql.ReadParquet(footer.Path));
        }
        catch (DuckDbException refused)
        {
            throw Unreadable(path, refused);
        }
    }

    /// <summary>The columns of a table expression over the file.</summary>
    /// <exception cref="DuckDbException">The file is not what the expression reads.</exception>
    public static ShardSchema Describe(DuckDb duckDb, string path, string table)
    {
        var rows = duckDb.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {table})");
        return new(path, [.. rows.Select(row => new ColumnType(row[0]!, row[1]!))]);
    }

    public static DataException Unreadable(string path, DuckDbException refused) =>
        refused.Reason.Contains("don't know what type", StringComparison.Ordinal) || refused.Reason.Contains("encrypt", StringComparison.OrdinalIgnoreCase)
        ? new($"{path}: some of its columns are encrypted or of a type that this version does not know ({refused.Reason.TrimEnd(' ', ':', '.')}): write it again without encryption", refused)
        : new($"{path}: not a readable Parquet file ({refused.Reason}): write it again or leave it out", refused);

    public bool Has(string column) => Columns.Any(present => present.Name == column);

    /// <exception cref="DataException">There is no such column, or it is of another kind.</exception>
    public ColumnType Require(string column, Func<ColumnType, bool> isRight, string expected)
    {
        if (!Has(column))
        {
            throw new DataException($"{path}: no column {column}: it has {string.Join(", ", Columns.Select(present => present.Name))}");
        }

        var found = Columns.First(present => present.Name == column);
        return isRight(found)
            ? found
            : throw new DataException($"{path}: column {column} is {found.Type}, expected {expected}: name another column or write it again");
    }

    public ColumnType RequireId(string column) => Require(column, found => found.IsText, "text or integers");

    /// <summary>What keeps the columns from being read; null where nothing does.</summary>
    public string? Fault(RowSchema schema)
    {
        try
        {
            RequireId(schema.IdColumn);
            foreach (var vector in schema.Vectors)
            {
                RequireVector(vector.Name);
            }

            return null;
        }
        catch (DataException fault)
        {
            return fault.Message;
        }
    }

    public ColumnType RequireVector(string column) =>
        Require(column, found => found.IsVector, "a list of numbers or a blob of little-endian float32");
}

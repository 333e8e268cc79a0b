using System.Collections.Concurrent;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>The columns of one Parquet file, from its footer, and those that its folders' names add.</summary>
internal sealed class ShardSchema
{
    /// <summary>What the footer's entry begins with that says of a column how its bytes are pictures.</summary>
    public const string PixelsEntry = "parquetpool.pixels.";

    private const string DefaultId = "id";
    private const int MostKinds = 1000;
    private static readonly ConcurrentDictionary<string, IReadOnlyList<ColumnType>> Kinds = new(StringComparer.Ordinal); // By ParquetFooter.Kind.
    private readonly string path;
    private readonly RowColumns said;

    private ShardSchema(string path, IReadOnlyList<ColumnType> columns, RowColumns? said = null) => (this.path, Columns, this.said) = (path, columns, said ?? new());

    public IReadOnlyList<ColumnType> Columns { get; }

    /// <summary>What follows <c>*</c> so that a query has the folders' columns too.</summary>
    public string MadeColumns => string.Concat(Columns.Where(column => column.IsMade).Select(column => $", {column.Expression} AS {Sql.Name(column.Name)}"));

    /// <summary>The columns of a shard; a column of its file comes before one of its folders.</summary>
    /// <exception cref="DataException">The file is missing or not Parquet.</exception>
    public static ShardSchema Read(DuckDb duckDb, Shard shard)
    {
        var own = Read(duckDb, shard.Path).Columns;
        return new(shard.Path, [.. own, .. FolderColumns.Of(shard.Path, shard.Columns).Where(made => own.All(column => !column.Name.Equals(made.Name, StringComparison.OrdinalIgnoreCase)))], shard.Columns);
    }

    /// <summary>The columns of a file that is no shard of a pool.</summary>
    /// <exception cref="DataException">The file is missing or not Parquet.</exception>
    public static ShardSchema Read(DuckDb duckDb, string path)
    {
        using var footer = StoredFiles.OpenFooter(path);
        try
        {
            var kind = ParquetFooter.Read(footer.Path)?.Kind;
            if (kind is not null && Kinds.TryGetValue(kind, out var known))
            {
                return new(path, known);
            }
            var found = WithPixels(Describe(duckDb, path, Sql.ReadParquet(footer.Path)), duckDb, footer.Path);
            if (kind is not null && Kinds.Count < MostKinds && ParquetFooter.Read(footer.Path)?.Kind == kind)
            {
                Kinds[kind] = found.Columns; // Of this very file: it has not changed meanwhile.
            }
            return found;
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
        refused.Reason.Contains("don't know what type", StringComparison.Ordinal) || refused.Reason.Replace(Path.GetFileName(path), "", StringComparison.Ordinal).Contains("encrypt", StringComparison.OrdinalIgnoreCase)
        ? new($"{path}: some of its columns are encrypted or of a type that this version does not know ({refused.Reason.TrimEnd(' ', ':', '.')}): write it again without encryption", refused)
        : new($"{path}: not a readable Parquet file ({refused.Reason}): {Remedy(path)}", refused);

    private static string Remedy(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "make shards of it with 'trainer import --csv' (rows of numbers) or --texts",
        ".jsonl" or ".json" => "make shards of it with 'trainer import --texts'",
        (".npy" or ".npz" or ".safetensors" or ".arrow") and var kind => $"make shards of it with 'trainer import --{kind[1..]}'",
        _ => "write it again or leave it out",
    };

    public bool Has(string column) => Find(column) is not null;

    /// <summary>The column; a dotted name that is no column's reaches into structs.</summary>
    /// <exception cref="DataException">There is no such column, or it is of another kind.</exception>
    public ColumnType Require(string column, Func<ColumnType, bool> isRight, string expected)
    {
        var found = Find(column) ?? throw new DataException($"{path}: no column {column}: it has {string.Join(", ", Columns.Select(present => present.Name))}");
        return isRight(found)
            ? found
            : throw new DataException($"{path}: column {column} is {found.Type}, expected {expected}: name another column or write it again");
    }

    /// <summary>The column that names a row.</summary>
    /// <exception cref="DataException">There is none, or it is of a type that names no row; the message names the column that could, where there is one.</exception>
    public ColumnType RequireId()
    {
        if (said.Id is null && !Has(DefaultId))
        {
            var others = ColumnContents.Names(path, Columns);
            throw new DataException($"{path}: no column {DefaultId}: it has {string.Join(", ", Columns.Select(present => present.Name))}: {(others is [var only] ? $"{only} is another in every row: give --id {only} if it names the rows" : "name the one that names a row with --id COLUMN")}");
        }
        return Require(said.Id ?? DefaultId, found => found.IsId, "text, whole numbers, decimals, bytes, dates or times that name a row; choose another with --id");
    }

    /// <summary>What names a row, as text; NULL where no column does.</summary>
    public string IdExpression => Find(said.Id ?? DefaultId) is { IsId: true } id ? RowIdText.Expression(id) : "CAST(NULL AS VARCHAR)";

    /// <summary>What keeps the columns from being read; null where nothing does.</summary>
    public string? Fault(RowSchema schema)
    {
        try
        {
            RequireId();
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

    /// <summary>The column of vectors. One of another type that is NULL in every row, as a writer that saw no value makes it, has no vectors.</summary>
    /// <exception cref="DataException">There is no such column, or it is of another kind.</exception>
    public ColumnType RequireVector(string column) =>
        Find(column) is { IsVector: false } found && ColumnContents.IsEmpty(path, found)
            ? new ColumnType(column, "FLOAT[]") { Expression = "CAST(NULL AS FLOAT[])" }
            : Typed(Require(column, named => named.IsVector, "a list of numbers or a blob of little-endian numbers"));

    private ColumnType Typed(ColumnType vector) => vector with { Blobs = vector.IsPixels ? BlobType.UInt8 : said.Blobs ?? BlobType.Float32 };

    private static ShardSchema WithPixels(ShardSchema schema, DuckDb duckDb, string file)
    {
        if (!schema.Columns.Any(column => column.IsBlob))
        {
            return schema;
        }
        var told = duckDb.Rows($"SELECT TRY(decode(key)) FROM parquet_kv_metadata({Sql.Text(Sql.Literal(file))})").Select(entry => entry[0]).ToHashSet();
        return new(schema.path, [.. schema.Columns.Select(column => column with { IsPixels = column.IsBlob && told.Contains(PixelsEntry + column.Name) })], schema.said);
    }

    private ColumnType? Find(string column) =>
        Columns.Where(present => present.Name == column).Select(present => (ColumnType?)present).FirstOrDefault() ?? StructMembers.Find(Columns, column);
}

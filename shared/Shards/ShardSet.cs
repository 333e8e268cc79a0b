using System.Collections;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Tables;

namespace ParquetPool.Shards;

/// <summary>The shards of a pool, ordered by name.</summary>
public sealed class ShardSet : IReadOnlyList<Shard>
{
    private const int NamedFaults = 3;
    private const int VectorSample = 100;
    private static readonly string[] Kinds = ["*.parquet", "*.parq", "*.pq"];
    private readonly IReadOnlyList<Shard> shards;

    private ShardSet(IReadOnlyList<Shard> shards) => this.shards = shards;

    /// <summary>The version of the engine that reads and writes shards, for the record of a run.</summary>
    public static string EngineVersion => DuckDb.Version;

    public int Count => shards.Count;

    public Shard this[int index] => shards[index];

    /// <summary>Finds the files that the patterns name.</summary>
    /// <param name="patterns">Each a file, a folder (its <c>*.parquet</c>, <c>*.parq</c> and <c>*.pq</c>, at any depth) or a glob with <c>*</c>, <c>?</c> and <c>**</c>; here or in an object store.</param>
    /// <param name="columns">What is said of the shards' columns; null for what the command line says.</param>
    /// <returns>Every file once, ordered by name, whatever the order of the patterns.</returns>
    /// <exception cref="DataException">A pattern, or the whole list, matches nothing.</exception>
    public static ShardSet Resolve(IEnumerable<string> patterns, RowColumns? columns = null)
    {
        var tables = new TableFiles();
        string[] given = [.. patterns.SelectMany(DerivedShards.Of)];
        UnnamedShards.RequireNone(given);
        var shards = ShardNames.Name(WithoutOutputs(ShardPatterns.Expand(given, tables, Kinds), given)).Select(shard => shard with { Columns = FolderColumns.Said(shard.Path, columns ?? RowColumns.Said, tables.ValuesOf(shard.Path)) }).OrderBy(shard => shard.Name, StringComparer.Ordinal).ToArray();
        WrittenFiles.RequireWhole(shards.Select(shard => shard.Path));
        return shards.Length > 0
            ? new(shards)
            : throw new DataException("no shards: name at least one Parquet file, folder or glob");
    }

    /// <summary>The files that a pattern names now; may be none. Where a table's log cannot be gone by, all: who reads them is told why.</summary>
    public static IEnumerable<string> Files(string pattern)
    {
        try
        {
            return ShardPatterns.Matches(pattern, Kinds, new TableFiles()).Where(path => path == pattern || !OwnOutputs.Has(path));
        }
        catch (DataException)
        {
            return ShardPatterns.Matches(pattern, Kinds, tables: null);
        }
    }

    /// <summary>The shards for which the condition holds; may be none.</summary>
    public ShardSet Where(Func<Shard, bool> condition) => new([.. shards.Where(condition)]);

    /// <summary>The width of <see cref="Vector"/>.</summary>
    /// <exception cref="DataException">See <see cref="Vector"/>.</exception>
    public int VectorWidth(string column) => Vector(column).Width;

    /// <summary>A column of vectors as wide, and of the shape, as most of the first of them that are neither NULL nor empty: one odd row is not what the others are measured by.</summary>
    /// <param name="optional">Whether a row may lack its vector.</param>
    /// <exception cref="DataException">A shard before that vector lacks the column or has another type there, or no shard has a vector.</exception>
    public VectorColumn Vector(string column, bool optional = false)
    {
        using var duckDb = DuckDb.Lent();
        foreach (var shard in shards)
        {
            var found = ShardSchema.Read(duckDb, shard).RequireVector(column);
            var width = found.WidthExpression;
            using var file = StoredFiles.Open(shard.Path);
            var some = Rows(duckDb, shard, FormattableString.Invariant($"SELECT CAST({width} AS VARCHAR), {found.ShapeExpression ?? "NULL::VARCHAR"} FROM {Sql.ReadParquet(file.Path)} WHERE {width} > 0 LIMIT {VectorSample}"));
            if (some.GroupBy(row => (row[0], row[1])).MaxBy(same => same.Count()) is { Key: ({ } text, var shape) })
            {
                RequireFloats(duckDb, shard, found, file.Path);
                var value = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
                return double.IsInteger(value)
                    ? new VectorColumn(column, (int)value, optional) { Shape = shape }
                    : throw new DataException($"{shard.Path}: column {column} holds a blob of {value * BlobNumbers.Size(found.Blobs)} bytes, expected packed numbers of {BlobNumbers.Size(found.Blobs)} bytes each: name another column or say what it holds with --blob-type");
            }
        }

        throw new DataException(CountRows() == 0 ? $"no rows in {Count} shards, the first of them {shards[0].Path}: name shards that hold some" : $"column {column} is NULL or empty in every row of {Count} shards: name another column");
    }

    /// <summary>Whether a row of the first shard has a vector of this width.</summary>
    /// <exception cref="DataException">The shard lacks the column or has another type there.</exception>
    public bool BeginsWith(string column, long width)
    {
        using var duckDb = DuckDb.Lent();
        var found = ShardSchema.Read(duckDb, shards[0]).RequireVector(column);
        using var file = StoredFiles.Open(shards[0].Path);
        return Rows(duckDb, shards[0], FormattableString.Invariant($"SELECT '' FROM {Sql.ReadParquet(file.Path)} WHERE {found.WidthExpression} = {width} LIMIT 1")).Count > 0;
    }

    /// <summary>Whether every shard has the column.</summary>
    /// <exception cref="DataException">Some have it and some do not.</exception>
    public bool HasColumn(string column)
    {
        using var duckDb = DuckDb.Lent();
        var groups = shards.ToLookup(shard => ShardSchema.Read(duckDb, shard).Has(column));
        return groups[true].Any() && groups[false].FirstOrDefault() is { } without
            ? throw new DataException($"{without.Path}: no column {column}, which {groups[true].First().Path} has: give shards of one kind")
            : groups[true].Any();
    }

    /// <summary>Looks at every shard's footer, so that one of another kind is known before the first row is read.</summary>
    /// <exception cref="DataException">Shards lack a column or have it of a type that cannot be read: how many, and the first of them with what is wrong.</exception>
    public void RequireColumns(RowSchema schema)
    {
        using var duckDb = DuckDb.Lent();
        List<string> wrong = [.. shards.Select(shard => ShardSchema.Read(duckDb, shard).Fault(schema)).OfType<string>()];
        if (wrong.Count > 0)
        {
            throw new DataException(wrong.Count == 1 ? wrong[0] : $"{wrong.Count} of {Count} shards have other columns than are read: {string.Join("; ", wrong.Take(NamedFaults))}{(wrong.Count > NamedFaults ? $"; and {wrong.Count - NamedFaults} more" : "")}");
        }
    }

    /// <summary>Columns of the first shard that look like features: lists of FLOAT (half precision too) or DOUBLE, and blobs.</summary>
    public IReadOnlyList<string> VectorColumns()
    {
        using var duckDb = DuckDb.Lent();
        var first = ShardSchema.Read(duckDb, shards[0]).Columns;
        return [.. first.Where(column => column.IsRealVector || (shards.Count > 1 && IsVectorElsewhere(duckDb, column))).Select(column => column.Name)];
    }

    /// <summary>Whether a column that the first shard has no value of is a vector in the next shard that has some.</summary>
    private bool IsVectorElsewhere(DuckDb duckDb, ColumnType column) =>
        !column.IsMade && ColumnContents.IsEmpty(shards[0].Path, column)
        && shards.Skip(1).Select(shard => (shard.Path, Type: ShardSchema.Read(duckDb, shard).Columns.FirstOrDefault(other => other.Name == column.Name)))
            .Where(other => other.Type.Name is not null && (other.Type.IsRealVector || !ColumnContents.IsEmpty(other.Path, other.Type)))
            .Select(other => other.Type.IsRealVector)
            .FirstOrDefault();

    /// <summary>Rows of all shards, from their metadata only.</summary>
    /// <exception cref="DataException">A shard is missing or not Parquet.</exception>
    public long CountRows() => RowCounts().Sum();

    /// <summary>[shard]: rows, from the metadata only.</summary>
    /// <exception cref="DataException">A shard is missing or not Parquet.</exception>
    public IReadOnlyList<long> RowCounts()
    {
        using var duckDb = DuckDb.Lent();
        return [.. shards.Select(shard => RowCount(duckDb, shard))];
    }

    public IEnumerator<Shard> GetEnumerator() => shards.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Without what the programs wrote into the pool's folder, unless it is named itself.</summary>
    private static IEnumerable<string> WithoutOutputs(IReadOnlyCollection<string> paths, string[] given)
    {
        var named = given.Where(pattern => !StorageAddress.IsRemote(pattern)).Select(pattern => StorageAddress.WithSlashes(Path.GetFullPath(pattern))).Concat(given).ToHashSet(StringComparer.Ordinal);
        List<string> own = [.. paths.Where(path => !named.Contains(path) && OwnOutputs.Has(path))];
        if (own.Count > 0 && own.Count == paths.Count)
        {
            throw new DataException($"{own[0]}{(own.Count > 1 ? $" and {own.Count - 1} more" : "")}: written by this program about a pool, expected shards: name the folder of the shards, or the file itself to read it as one");
        }
        LeftOutFiles.Tell(own);
        return paths.Except(own);
    }

    private static long RowCount(DuckDb duckDb, Shard shard)
    {
        using var footer = StoredFiles.OpenFooter(shard.Path);
        return ParquetFooter.Read(footer.Path)?.Rows ?? long.Parse(
            Rows(duckDb, shard, $"SELECT CAST(num_rows AS VARCHAR) FROM parquet_file_metadata({Sql.Text(Sql.Literal(footer.Path))})").First()[0]!,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void RequireFloats(DuckDb duckDb, Shard shard, ColumnType column, string path)
    {
        if (!column.IsBlob || column.IsPixels || shard.Columns?.Blobs is not null)
        {
            return;
        }
        List<byte[]> blobs = [.. Rows(duckDb, shard, $"SELECT hex({column.Expression}) FROM {Sql.ReadParquet(path)} WHERE octet_length({column.Expression}) > 0 LIMIT {BlobGuess.Sample}").Select(row => Convert.FromHexString(row[0]!))];
        if (BlobGuess.Other(blobs, null) is { } other)
        {
            throw BlobGuess.Refusal(shard.Path, column.Name, blobs[0].Length, other);
        }
    }

    private static List<string?[]> Rows(DuckDb duckDb, Shard shard, string sql)
    {
        try
        {
            return [.. duckDb.Rows(sql)];
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(shard.Path, refused);
        }
    }
}

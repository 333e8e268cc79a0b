using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.ShardRows;

/// <summary>Reads single rows of a shard whole, for people to look at.</summary>
public static class ShownRows
{
    /// <summary>Enough of a text to tell rows apart.</summary>
    public const int TextLength = 2000;

    /// <summary>The rows at the given places, in their order; those beyond the shard's end are left out.</summary>
    /// <param name="vector">A vector column to read too; null for none.</param>
    /// <param name="textLength">Characters of a text beyond which it is cut.</param>
    /// <exception cref="DataException">The shard is missing or corrupt, or has no such vector column.</exception>
    public static IEnumerable<ShownRow> Read(Shard shard, IEnumerable<long> places, VectorColumn? vector = null, int textLength = TextLength)
    {
        using var duckDb = DuckDb.Lent();
        var schema = ShardSchema.Read(duckDb, shard);
        var asked = vector is { } named ? schema.RequireVector(named.Name) : default;
        List<ColumnType> texts = [.. schema.Columns.Where(column => !column.IsBlob && !column.IsRealVector && column.FileExpression is null)];
        List<string> files = [.. schema.Columns.Select(column => column.FileExpression).OfType<string>()];
        List<string> expressions =
        [
            Sql.Name(Sql.PlaceColumn(schema)),
            .. texts.Select(column => FormattableString.Invariant($"substr({column.TextExpression}, 1, {textLength + 1L})")),
            .. files,
            .. vector is null ? Array.Empty<string>() : [asked.Shaped(vector.Value.Shape)],
            schema.IdExpression,
        ];
        using var file = StoredFiles.Open(shard.Path);
        using var rows = Rows(duckDb, shard, $"SELECT {string.Join(", ", expressions)} FROM {Sql.ReadNumberedRows(file.Path, schema)} WHERE {expressions[0]} IN ({string.Join(", ", places.Append(-1))})");
        while (Next(rows, shard))
        {
            for (var row = 0; row < rows.Count; row++)
            {
                yield return new ShownRow(
                    rows.Values<long>(0)[row],
                    [.. texts.Select((column, i) => KeyValuePair.Create(column.Name, Text(rows, 1 + i, row, textLength)))],
                    Enumerable.Range(1 + texts.Count, files.Count).Select(column => Picture(rows, column, row)).FirstOrDefault(bytes => bytes is not null),
                    vector is { } wanted ? Vector(rows, 1 + texts.Count + files.Count, row, wanted, asked) : null)
                {
                    Id = rows.IsValid(expressions.Count - 1, row) ? rows.Text(expressions.Count - 1, row) : null,
                };
            }
        }
    }

    internal static DuckDbQuery Rows(DuckDb duckDb, Shard shard, string sql)
    {
        try
        {
            return duckDb.Query(sql);
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(shard.Path, refused);
        }
    }

    internal static bool Next(DuckDbQuery rows, Shard shard)
    {
        try
        {
            return rows.Next();
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(shard.Path, refused);
        }
    }

    private static string? Text(DuckDbQuery rows, int column, int row, int length) =>
        !rows.IsValid(column, row) ? null
        : rows.Text(column, row) is { } text && text.Length > length ? $"{text[..length]}…"
        : rows.Text(column, row);

    internal static byte[]? Picture(DuckDbQuery rows, int column, int row) =>
        rows.IsValid(column, row) && PictureBytes.MediaType(rows.Bytes(column, row)) is not null ? rows.Bytes(column, row).ToArray() : null;

    private static float[]? Vector(DuckDbQuery rows, int column, int row, VectorColumn kind, ColumnType type)
    {
        var values = new float[kind.Width];
        var faults = new RowFaults[1];
        if (type.IsBlob)
        {
            VectorRows.CopyBlobs(rows, column, row, kind, type.Blobs, values, faults);
        }
        else
        {
            VectorRows.CopyLists(rows, column, row, kind, values, faults);
        }

        return faults[0] == RowFaults.None ? values : null;
    }
}

/// <summary>A row as people look at it.</summary>
/// <param name="Row">Its place in the shard, from 0.</param>
/// <param name="Texts">The columns that are neither vectors nor blobs, by name; a long value is cut, NULL is null.</param>
/// <param name="Picture">The bytes of the first column that holds a PNG, JPEG, GIF or WebP file; null where none does.</param>
/// <param name="Vector">The values of the vector column that was asked for; null where the row has no usable one.</param>
public sealed record ShownRow(long Row, IReadOnlyList<KeyValuePair<string, string?>> Texts, byte[]? Picture, float[]? Vector)
{
    /// <summary>As every command spells it; null where the row has none.</summary>
    public string? Id { get; init; }
}

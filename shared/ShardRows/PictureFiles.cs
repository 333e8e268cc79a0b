using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.ShardRows;

/// <summary>The picture files that the rows of a shard hold, in their columns of bytes or of bytes and a path.</summary>
public static class PictureFiles
{
    /// <summary>Whether a shard has a column that may hold picture files.</summary>
    /// <exception cref="DataException">The shard is missing or corrupt.</exception>
    public static bool AreIn(Shard shard)
    {
        using var duckDb = DuckDb.Lent();
        return Columns(ShardSchema.Read(duckDb, shard)).Count > 0;
    }

    /// <summary>Each row that has one, by its place in the shard, and the bytes of the first column that holds a PNG, JPEG, GIF or WebP file; in any order.</summary>
    /// <exception cref="DataException">The shard is missing or corrupt.</exception>
    public static IEnumerable<(long Row, byte[] File)> Read(Shard shard)
    {
        using var duckDb = DuckDb.Lent();
        var schema = ShardSchema.Read(duckDb, shard);
        var files = Columns(schema);
        if (files.Count == 0)
        {
            yield break;
        }
        using var stored = StoredFiles.Open(shard.Path);
        using var rows = ShownRows.Rows(duckDb, shard, $"SELECT {string.Join(", ", [Sql.Name(Sql.PlaceColumn(schema)), .. files])} FROM {Sql.ReadNumberedRows(stored.Path, schema)}");
        while (ShownRows.Next(rows, shard))
        {
            for (var row = 0; row < rows.Count; row++)
            {
                if (Enumerable.Range(1, files.Count).Select(column => ShownRows.Picture(rows, column, row)).FirstOrDefault(bytes => bytes is not null) is { } file)
                {
                    yield return (rows.Values<long>(0)[row], file);
                }
            }
        }
    }

    private static IReadOnlyList<string> Columns(ShardSchema schema) => [.. schema.Columns.Select(column => column.FileExpression).OfType<string>()];
}

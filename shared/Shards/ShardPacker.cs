using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Rewrites a shard so that its lists of numbers become packed little-endian float32, which is faster to read.</summary>
public static class ShardPacker
{
    /// <summary>Columns of the first shard that are lists or arrays of FLOAT (half precision too) or DOUBLE.</summary>
    public static IReadOnlyList<string> ListColumns(ShardSet shards)
    {
        using var duckDb = new DuckDb();
        return [.. ShardSchema.Read(duckDb, shards[0]).Columns.Where(column => column.IsRealVector && !column.IsBlob).Select(column => column.Name)];
    }

    /// <summary>Writes the shard's rows, in their order, with the given columns packed and all others as they are.</summary>
    /// <remarks>The same shard gives the same bytes. The file appears whole, by one rename. Streamed: memory is bounded by a row group.</remarks>
    /// <param name="widths">The columns to pack and how many values a row of each has; a blob is left as it is.</param>
    /// <exception cref="DataException">The shard is corrupt, or a column is missing or no list of numbers.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void Pack(Shard shard, IReadOnlyList<VectorColumn> widths, string path, Provenance? provenance = null)
    {
        using var duckDb = new DuckDb();
        var schema = ShardSchema.Read(duckDb, shard);
        var columns = widths.Select(column => (Type: schema.RequireVector(column.Name), column.Shape)).Where(column => !column.Type.IsBlob).ToList();
        var own = columns.ToLookup(column => schema.Columns.Any(present => present.Name == column.Type.Name), column => $"{column.Type.Shaped(column.Shape)} AS {Sql.Name(column.Type.Name)}");
        using var file = StoredFiles.Open(shard.Path);
        var select = $"SELECT *{(own[true].Any() ? $" REPLACE ({string.Join(", ", own[true])})" : "")}{string.Concat(own[false].Select(member => $", {member}"))}{schema.MadeColumns} FROM {Sql.ReadParquet(file.Path)}";
        ShardCopy.Write(duckDb, select, shard, path, provenance, [.. columns.Select(column => column.Type.Name)]);
    }
}

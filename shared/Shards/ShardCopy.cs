using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Writes the rows of a query on shards into a new one.</summary>
internal static class ShardCopy
{
    /// <summary>Streams the rows, in their order, into a file that appears whole, by one rename.</summary>
    /// <param name="source">The shard that is told where one cannot be read.</param>
    /// <param name="packed">Columns of FLOAT[] that are written as packed float32.</param>
    /// <exception cref="DataException">A shard is corrupt.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void Write(DuckDb duckDb, string select, Shard source, string path, Provenance? provenance, params IReadOnlyCollection<string> packed)
    {
        try
        {
            EngineGuard.Run(path, () => QueryFile.Write(duckDb, select, path, provenance, packed), refused => ShardSchema.Unreadable(source.Path, refused));
            WholeFile.Rename(path);
        }
        finally
        {
            WholeFile.Discard(path);
        }
    }
}

using ParquetPool.Engine;
using ParquetPool.Storage;

namespace ParquetPool.Columns;

/// <summary>Writes the rows of a query into a Parquet file.</summary>
internal static class QueryFile
{
    /// <summary>Streams the rows, in their order, into the temporary file of an output.</summary>
    /// <param name="packed">Columns of FLOAT[] that are written as packed float32.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="DuckDbException">The query failed.</exception>
    /// <exception cref="IOException">The file cannot be written; names the path.</exception>
    public static long Write(DuckDb duckDb, string select, string path, Provenance? provenance, params IReadOnlyCollection<string> packed)
    {
        using var query = duckDb.Query(select);
        using var file = WholeFile.Open(path);
        using var output = new ParquetOutput(file, QueryColumn.Of(query, packed), provenance);
        var (rows, held) = (0L, 0);
        while (query.Next())
        {
            for (var column = 0; column < query.Columns; column++)
            {
                var vector = query.Vector(column);
                for (var row = 0; row < query.Count; row++)
                {
                    output.Columns[column].Append(vector, row, 0, 0);
                }
            }

            (rows, held) = (rows + query.Count, held + query.Count);
            if (RowGroup.IsFull(held, output.Bytes))
            {
                WholeFile.Guard(path, output.EndGroup);
                held = 0;
            }
        }

        WholeFile.Guard(path, () =>
        {
            if (held > 0)
            {
                output.EndGroup();
            }

            var hash = output.Complete();
            file.Flush(flushToDisk: true);
            WrittenHashes.Remember(path, WholeFile.TemporaryName(path), hash);
        });
        return rows;
    }
}

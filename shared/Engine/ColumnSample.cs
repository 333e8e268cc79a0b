using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>Reads numbers of rows that are chosen by their ids.</summary>
public static class ColumnSample
{
    /// <summary>The values of number columns for the rows with the smallest MD5(id), [column][row].</summary>
    /// <remarks>The choice does not depend on how the rows are spread over files. Memory is bounded by the rows returned.</remarks>
    /// <param name="parquetFiles">Files with the columns <c>id</c> and <paramref name="columns"/>.</param>
    /// <param name="atMost">All rows are returned where there are no more.</param>
    /// <param name="spillBeside">A path whose folder has room.</param>
    /// <exception cref="DataException">A file is missing, corrupt or without one of the columns.</exception>
    public static double[][] Read(IReadOnlyList<string> parquetFiles, IReadOnlyList<string> columns, int atMost, string spillBeside)
    {
        using var spill = new SpillFolder(spillBeside);
        using var duckDb = new DuckDb(spill.Path);
        using var files = StoredFiles.OpenAll(parquetFiles);
        var values = columns.Select(_ => new List<double>()).ToArray();
        try
        {
            var numbers = string.Join(", ", columns.Select(c => $"CAST({Sql.Name(c)} AS DOUBLE)"));
            using var query = duckDb.Query($"SELECT {numbers} FROM {Sql.ReadParquet(files.Paths)} ORDER BY md5(CAST(id AS VARCHAR)), {numbers} LIMIT {atMost}");
            while (query.Next())
            {
                for (var column = 0; column < values.Length; column++)
                {
                    values[column].AddRange(query.Values<double>(column)[..query.Count]);
                }
            }
        }
        catch (DuckDbException refused)
        {
            throw new DataException($"{string.Join(", ", columns)} cannot be read from {parquetFiles[0]} and its neighbours ({refused.Reason}): write the files again", refused);
        }
        return [.. values.Select(v => v.ToArray())];
    }
}

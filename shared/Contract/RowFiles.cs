using System.Globalization;
using System.Text;
using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Contract;

/// <summary>The same rows as Parquet and as CSV.</summary>
public static class RowFiles
{
    private const int RowsAtOnce = 4096;

    /// <summary>Writes both files, here or to an object store, each whole, the Parquet file last. NULL and NaN are empty fields of the CSV, texts as <see cref="CellText"/> has them.</summary>
    /// <param name="path">Of the Parquet file; the other has <c>.csv</c> instead of its extension.</param>
    /// <param name="arrays">The columns of some of the rows, as <see cref="ShardWriter.Write"/> takes them.</param>
    /// <param name="provenance">What the Parquet file's footer says of its origin.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write<T>(string path, IReadOnlyList<ShardColumn> columns, IEnumerable<T> rows, Func<T[], Array[]> arrays, Provenance? provenance = null) =>
        StoredFiles.Write(path, file => WriteHere(file, columns, rows, arrays, provenance));

    private static void WriteHere<T>(string path, IReadOnlyList<ShardColumn> columns, IEnumerable<T> rows, Func<T[], Array[]> arrays, Provenance? provenance)
    {
        using var parquet = new ShardWriter(path, columns, provenance);
        WholeFile.Write(Path.ChangeExtension(path, ".csv"), stream =>
        {
            using var csv = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            csv.WriteLine(string.Join(',', columns.Select(c => CellText.Field(c.Name))));
            foreach (var chunk in rows.Chunk(RowsAtOnce))
            {
                var values = arrays(chunk);
                parquet.Write(chunk.Length, values);
                for (var row = 0; row < chunk.Length; row++)
                {
                    csv.WriteLine(string.Join(',', values.Select(c => Field(c.GetValue(row)))));
                }
            }
        });
        parquet.Complete();
    }

    private static string Field(object? value) => value switch
    {
        null or double.NaN => "",
        bool flag => flag ? "true" : "false",
        string text => CellText.Field(text),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

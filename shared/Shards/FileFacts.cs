using ParquetPool.Engine;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>The names and values that stand in the footer of a Parquet file.</summary>
public static class FileFacts
{
    /// <summary>Reads them; none where the file is no readable Parquet file. A name that stands there twice has its last value.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        using var duckDb = DuckDb.Lent();
        return Read(duckDb, path);
    }

    /// <inheritdoc cref="Read(string)"/>
    internal static IReadOnlyDictionary<string, string> Read(DuckDb duckDb, string path)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var footer = StoredFiles.OpenFooter(path);
            foreach (var row in duckDb.Rows($"SELECT TRY(decode(key)), TRY(decode(value)) FROM parquet_kv_metadata({Sql.Text(Sql.Literal(footer.Path))})"))
            {
                if (row is [{ } name, { } value])
                {
                    facts[name] = value;
                }
            }
        }
        catch (DuckDbException)
        {
            // Whoever reads its rows says what is wrong with it.
        }
        return facts;
    }
}

namespace ParquetPool.Shards;

/// <summary>Texts in Unicode's normalisation form C, by DuckDB: .NET without ICU leaves texts as they are.</summary>
internal static class ComposedText
{
    private const int Most = 10_000;
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal);
    private static DuckDb? duckDb;

    /// <summary>The text with its accents composed; as it is where it is no text that can be.</summary>
    public static string Of(string text)
    {
        lock (Gate)
        {
            if (Known.TryGetValue(text, out var composed))
            {
                return composed;
            }
            if (Known.Count >= Most)
            {
                Known.Clear();
            }
            duckDb ??= new DuckDb();
            try
            {
                composed = duckDb.Rows($"SELECT nfc_normalize({Sql.Text(text)})").Single()[0] ?? text;
            }
            catch (DuckDbException)
            {
                composed = text;
            }
            return Known[text] = composed;
        }
    }
}

namespace ParquetPool.Scorer.Reports;

/// <summary>Values of a CSV file.</summary>
internal static class Csv
{
    /// <summary>The text, in quotes where it holds a comma, a quote or a line break.</summary>
    public static string Field(string? text) =>
        text is null ? "" : text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

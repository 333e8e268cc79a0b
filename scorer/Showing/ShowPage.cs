using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Showing;

/// <summary><c>show.html</c>: one file that opens from the disk and shows rows that were ranked, selected or named.</summary>
internal static class ShowPage
{
    public const string FileName = "show.html";

    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(string path, ShowContent content) => ScriptPage.Write(path, "show", content);
}

using System.Text.RegularExpressions;

namespace ParquetPool.Engine;

/// <summary>DuckDB refused a statement; the rooms turn it into a message that names the file.</summary>
internal sealed partial class DuckDbException(string? message) : Exception(message ?? "DuckDB gave no reason")
{
    /// <summary>The first line, in plain words: the others repeat the statement.</summary>
    public string Reason => DamagedFooter().Replace(Message.Split('\n', 2)[0], "its description of itself is damaged").Trim();

    /// <summary>Whether the disk or the memory is to blame, not the statement or the data; a file that ends before its footer says so is data.</summary>
    public bool IsAboutRoom => (Reason.StartsWith("IO Error", StringComparison.Ordinal) && !Reason.StartsWith("IO Error: Could not read enough bytes", StringComparison.Ordinal)) || Reason.StartsWith("Out of Memory", StringComparison.Ordinal);

    [GeneratedRegex("T(Protocol|Transport)Exception: .*")]
    private static partial Regex DamagedFooter();
}

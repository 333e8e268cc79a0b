namespace ParquetPool.Tables;

/// <summary>Names that begin with <c>_</c> or <c>.</c> are no data, as Spark, Delta, notebooks and macOS have it.</summary>
internal static class HiddenNames
{
    private static readonly char[] Marks = ['.', '_'];

    /// <summary>Whether a path below what was named is data. <c>_key=value</c> is a folder of rows.</summary>
    /// <param name="below">The path from what was named on.</param>
    /// <param name="glob">What was asked for there: a part of it that begins with the mark itself asks for such names.</param>
    public static bool Allow(string below, string glob = "") =>
        below.Split('/').All(name => name.Length == 0 || !Marks.Contains(name[0]) || (name[0] == '_' && name.Contains('=')) || glob.Split('/').Any(part => part.StartsWith(name[0])));
}

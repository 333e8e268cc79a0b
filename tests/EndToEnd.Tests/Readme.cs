using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What README.md and the documents say.</summary>
internal static partial class Readme
{
    /// <summary>README.md.</summary>
    public static string Text => File.ReadAllText(Path.Combine(RealData.Root(), "README.md"));

    /// <summary>All that is written for users, by file.</summary>
    public static IEnumerable<string> Documents => Directory.EnumerateFiles(Path.Combine(RealData.Root(), "docs"), "*.md").Prepend(Path.Combine(RealData.Root(), "README.md"));

    /// <summary>The text under a heading of the second level.</summary>
    public static string Section(string heading) => Text.Split("\n## ").Single(section => section.StartsWith(heading + "\n", StringComparison.Ordinal));

    /// <summary>The commands in a document's blocks of code, word by word; a line that ends in a backslash goes on.</summary>
    public static IEnumerable<string[]> Commands(string text) =>
        from Match block in Block().Matches(text)
        from line in block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        let words = Words(line)
        where words is ["trainer" or "scorer", _, ..]
        select words;

    /// <summary>The commands that stand between backticks in a document's sentences.</summary>
    public static IEnumerable<string[]> CommandsInSentences(string text) =>
        from Match code in Inline().Matches(Block().Replace(text, "")) select Words(code.Groups[1].Value) into words where words is [_, _, ..] select words;

    /// <summary>As a shell splits a line: by spaces, those between single quotes kept; up to a comment.</summary>
    private static string[] Words(string line) =>
        [.. Word().Matches(line).Select(word => word.Value.Replace("'", "", StringComparison.Ordinal)).TakeWhile(word => !word.StartsWith('#'))];

    [GeneratedRegex("^```[a-z]*\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("`((?:trainer|scorer) [^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"(?:'[^']*'|[^\s'])+")]
    private static partial Regex Word();
}

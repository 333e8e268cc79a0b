using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a reader of the documents may click on.</summary>
public partial class DocumentLinkTests
{
    /// <summary>A link leads to a file that is there, and to a heading that stands in it.</summary>
    [Fact]
    public void LinksLeadSomewhere()
    {
        string[] documents =
        [
            .. Readme.Documents, .. new[] { "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "tests/Benchmarks/RESULTS.md" }.Select(name => Path.Combine(RealData.Root(), name)),
            .. Directory.EnumerateFiles(Path.Combine(RealData.Root(), "tests", "Benchmarks", "results"), "*.md"),
        ];
        documents.SelectMany(Dead).Should().BeEmpty();
    }

    private static IEnumerable<string> Dead(string document) =>
        from Match link in Link().Matches(Code().Replace(File.ReadAllText(document), ""))
        let target = link.Groups["file"].Value is { Length: > 0 } file ? Path.GetFullPath(file, Path.GetDirectoryName(document)!) : document
        let heading = link.Groups["heading"].Value
        where !Path.Exists(target) || (heading.Length > 0 && !Headings(target).Contains(heading))
        select $"{Path.GetFileName(document)}: {link.Value}";

    /// <summary>As a forge names them: lower case, hyphens for spaces, nothing else that is no letter or digit.</summary>
    private static IEnumerable<string> Headings(string document) =>
        File.ReadLines(document).Where(line => line.StartsWith('#')).Select(line => Other().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#]*)(#(?<heading>[^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Other();
}

using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>ARCHITECTURE.md's invariants, checked against the sources.</summary>
public partial class TidyTests
{
    private static readonly string[] Programs = ["shared", "trainer", "scorer"];

    [Fact]
    public void AFoldersNamespaceIsItsName() =>
        Sources().Where(f => Path.GetFileName(f) != "Program.cs").Should().OnlyContain(file => NamespaceIsFolder(file));

    [Fact]
    public void AFileIsNamedForATypeInIt() =>
        Sources().Where(f => Path.GetFileName(f) != "Program.cs").Should().OnlyContain(file => DeclaresItsName(file));

    [Fact]
    public void OnlySessionsOpensOnnxRuntime() => Mentioning("InferenceSession(").Should().OnlyContain(f => f.Contains("/shared/Sessions/"));

    [Fact]
    public void OnlyWhatReadsFilesKnowsDuckDb() =>
        Mentioning("new DuckDb(").Concat(Mentioning("DuckDb.Lent")).Concat(Mentioning("read_parquet")).Should().OnlyContain(f => Regex.IsMatch(f, "/shared/(Engine|Texts|Shards|ShardRows)/"));

    [Fact]
    public void OnlyColumnsKnowsParquetNet() => Mentioning("using Parquet").Where(f => Regex.IsMatch(File.ReadAllText(f), @"^using Parquet[.;]", RegexOptions.Multiline)).Should().OnlyContain(f => f.Contains("/shared/Columns/"));

    [Fact]
    public void OnlyStorageKnowsTheObjectStores() => Mentioning("using Amazon").Concat(Mentioning("using Azure")).Should().OnlyContain(f => f.Contains("/shared/Storage/"));

    [Fact]
    public void OnlyDecodingKnowsSkia() => Mentioning("using SkiaSharp").Should().OnlyContain(f => f.Contains("/shared/Decoding/"));

    [Fact]
    public void TheScorerDoesNotKnowTheTrainer() => Mentioning("ParquetPool.Trainer").Should().NotContain(f => f.Contains("/scorer/"));

    [Fact]
    public void NoFileIsLongerThanAReaderLikes() => Sources().Should().OnlyContain(file => File.ReadAllLines(file).Length <= 250);

    [Fact]
    public void UsingsStandInTheirOrder() => Sources().Should().OnlyContain(file => AreSorted(file));

    internal static IEnumerable<string> Sources() =>
        from program in Programs
        from file in Directory.EnumerateFiles(Path.Combine(RealData.Root(), program), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/") && !file.Contains("/bin/")
        select file;

    private static IEnumerable<string> Mentioning(string word) => Sources().Where(f => File.ReadAllText(f).Contains(word, StringComparison.Ordinal));

    private static bool NamespaceIsFolder(string file)
    {
        var parts = Path.GetRelativePath(RealData.Root(), Path.GetDirectoryName(file)!).Split('/');
        var expected = parts[0] == "shared" ? $"ParquetPool.{parts[1]}" : $"ParquetPool.{char.ToUpperInvariant(parts[0][0])}{parts[0][1..]}.{parts[1]}";
        return parts.Length == 2 && Namespace().Match(File.ReadAllText(file)).Groups[1].Value == expected;
    }

    private static bool DeclaresItsName(string file) =>
        Regex.IsMatch(File.ReadAllText(file), $@"\b(class|record|struct|enum|interface|delegate)\b.*\b{Regex.Escape(Path.GetFileNameWithoutExtension(file).Split('.', '{')[0])}\b");

    private static bool AreSorted(string file)
    {
        string[] usings = [.. Regex.Matches(File.ReadAllText(file), @"^using ([\w.]+);", RegexOptions.Multiline).Select(line => line.Groups[1].Value)];
        return usings.SequenceEqual(usings.OrderBy(name => !(name + '.').StartsWith("System.", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}

using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The image's build is given what it reads, and no more; a build of it takes minutes and a registry.</summary>
public partial class ImageTests
{
    private static readonly string Root = RealData.Root();

    private static readonly string[] Given = [.. File.ReadLines(Path.Combine(Root, "deploy", "Dockerfile.dockerignore")).Where(line => line[0] == '!').Select(line => line[1..])];

    [Fact]
    public void ItIsGivenThePublishedProjectsAndTheFilesThatTheBuildReads()
    {
        var projects = new[] { "trainer", "scorer" }.SelectMany(Needed).Distinct();

        Given.Should().Contain(projects).And.Contain(["Directory.*", "global.json", ".editorconfig", "BannedSymbols.txt", "deploy/parquetpool"]);
        Given.Should().OnlyContain(name => Directory.EnumerateFileSystemEntries(Path.Combine(Root, Path.GetDirectoryName(name)!), Path.GetFileName(name)).Any());
        Given.Should().NotContain(["tests", "models"]);
    }

    [Fact]
    public void KubernetesRunsItAsAUserWithARootThatCannotBeWritten() =>
        File.ReadAllText(Path.Combine(Root, "deploy", "kubernetes.yaml")).Should().Contain("runAsNonRoot: true").And.Contain("readOnlyRootFilesystem: true").And.Contain("mountPath: /tmp");

    private static IEnumerable<string> Needed(string project) =>
        Reference().Matches(File.ReadAllText(Path.Combine(Root, project, $"{project}.csproj"))).Select(match => match.Groups[1].Value).SelectMany(Needed).Append(project);

    [GeneratedRegex("""<ProjectReference Include="\.\.[/\\](\w+)[/\\]""")]
    private static partial Regex Reference();
}

using System.Text.Json;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What is restored is what <c>deploy/packages.txt</c> lists, and none of it has an advisory that the list names.</summary>
public class PackageListTests
{
    private static readonly string[] Lines = [.. File.ReadAllLines(Path.Combine(RealData.Root(), "deploy", "packages.txt")).Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void ThePackagesAreThoseOfTheList() =>
        Lines.Where(line => line[0] != '!').Should().BeEquivalentTo(Locked().Select(package => $"{package.Key} {package.Value}"), "versions are looked at before they are taken: see the head of deploy/packages.txt");

    [Fact]
    public void NoneHasAnAdvisoryThatIsKnown()
    {
        var bad = Lines.Where(line => line[0] == '!').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(words => (Name: words[1], Below: Number(words[3]))).ToList();
        var locked = Locked();

        bad.Should().HaveCountGreaterThan(10);
        bad.Where(b => locked.TryGetValue(b.Name, out var version) && Number(version) < b.Below).Should().BeEmpty();
    }

    /// <summary>Of a version its numbers, without what stands behind a hyphen.</summary>
    private static Version Number(string version) => Version.Parse(version.Split('-')[0]);

    private static Dictionary<string, string> Locked()
    {
        var packages = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in new[] { "shared", "scorer", "trainer" })
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RealData.Root(), project, "packages.lock.json")));
            foreach (var package in file.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()).Where(p => p.Value.GetProperty("type").GetString() != "Project"))
            {
                packages[package.Name] = package.Value.GetProperty("resolved").GetString()!;
            }
        }
        return packages;
    }
}

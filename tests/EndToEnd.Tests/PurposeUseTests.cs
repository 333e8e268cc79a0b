using System.Text.RegularExpressions;
using ParquetPool.Randomness;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Each purpose of random draws belongs to one room, which alone knows which places of it are taken.</summary>
public partial class PurposeUseTests
{
    [Fact]
    public void EveryPurposeIsDrawnInOneRoom()
    {
        var rooms =
            from program in (string[])["shared", "trainer", "scorer"]
            from file in Directory.EnumerateFiles(Path.Combine(RealData.Root(), program), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/obj/") && !file.Contains("/bin/")
            from Match use in Use().Matches(File.ReadAllText(file))
            group Path.GetDirectoryName(file) by use.Groups[1].Value into uses
            select (Purpose: uses.Key, Rooms: uses.Distinct().Count());

        rooms.Should().BeEquivalentTo(Enum.GetNames<Purpose>().Select(name => (name, 1)));
    }

    [GeneratedRegex(@"\bPurpose\.(\w+)")]
    private static partial Regex Use();
}

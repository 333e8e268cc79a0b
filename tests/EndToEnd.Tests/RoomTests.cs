using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The rooms of ARCHITECTURE.md's table, checked against the sources.</summary>
public partial class RoomTests
{
    [Fact]
    public void EveryRoomStandsInTheTable() =>
        Rooms().Order(StringComparer.Ordinal).Should().Equal(TidyTests.Sources().Select(Room).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void ARoomKnowsOnlyTheRoomsAboveIt()
    {
        var places = Rooms().Index().ToDictionary(room => room.Item, room => room.Index);
        var known =
            from file in TidyTests.Sources()
            where Room(file) is not null
            from other in KnownTo(file).Distinct()
            where places[other] > places[Room(file)!]
            select $"{Path.GetRelativePath(RealData.Root(), file)} knows {other}";

        known.Should().BeEmpty();
    }

    [Fact]
    public void ATypesNameStandsOnceInTheWhole() =>
        TidyTests.Sources().SelectMany(file => Types().Matches(File.ReadAllText(file)).Select(type => (Name: type.Groups[1].Value, Room: Room(file))))
            .GroupBy(type => type.Name).Where(same => same.Distinct().Count() > 1).Select(same => same.Key).Should().BeEmpty();

    /// <summary>Project and folder, such as <c>scorer/Audits</c>; null of a program's own file.</summary>
    private static string? Room(string file)
    {
        var folder = Path.GetRelativePath(RealData.Root(), Path.GetDirectoryName(file)!);
        return folder.Contains('/') ? folder : null;
    }

    /// <summary>In the order of the table.</summary>
    private static List<string> Rooms()
    {
        var (rooms, project) = (new List<string>(), "");
        foreach (Match row in Rows().Matches(File.ReadAllText(Path.Combine(RealData.Root(), "ARCHITECTURE.md"))))
        {
            project = row.Groups[1].Value is { Length: > 0 } named ? named : project;
            rooms.Add($"{project}/{row.Groups[2].Value}");
        }
        return rooms;
    }

    /// <summary>The rooms that a file imports, which are those it uses, for an idle import does not build; and those that stand before a type's name.</summary>
    private static IEnumerable<string> KnownTo(string file)
    {
        var text = File.ReadAllText(file);
        foreach (Match import in Whole().Matches(text))
        {
            var project = import.Groups[1].Value is { Length: > 0 } program ? program.ToLowerInvariant() : "shared";
            yield return $"{project}/{import.Groups[2].Value}";
        }
        foreach (Match type in Qualified().Matches(text))
        {
            foreach (var project in (string[])[Room(file)!.Split('/')[0], "shared"])
            {
                var room = $"{project}/{type.Groups[1].Value}";
                if (File.Exists(Path.Combine(RealData.Root(), room, type.Groups[2].Value + ".cs")))
                {
                    yield return room;
                    break;
                }
            }
        }
    }

    [GeneratedRegex(@"^\| (?:`(\w+)`)? ?\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\bParquetPool\.(?:(Scorer|Trainer)\.)?(?!Scorer\b|Trainer\b)(\w+)\b")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(?<![.\w])([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|enum|interface|record|record struct|record class|delegate [\w<>\[\]?]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();
}

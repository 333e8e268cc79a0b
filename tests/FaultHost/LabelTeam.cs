using System.Globalization;
using ParquetPool.Randomness;

namespace ParquetPool.FaultHost;

/// <summary>A label as it stands in a file.</summary>
/// <param name="Time">Empty where the files tell none.</param>
internal readonly record struct Said(string Id, string Label, string Annotator, string Time);

/// <summary>People who hand in label files, change them, copy them and take them away, on a machine whose clock jumps. One seed decides it all.</summary>
/// <param name="inbox">The folder of the files.</param>
/// <param name="isTimed">Whether every label has a time of its own; no two have the same.</param>
/// <param name="writesBadFiles">Whether some files are none.</param>
internal sealed class LabelTeam(PhiloxStream random, string inbox, bool isTimed, bool writesBadFiles)
{
    private const int Names = 5;
    private const int Ids = 6;
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, List<Said>> files = new(StringComparer.Ordinal); // Those that can be read.
    private long labels;

    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>[path]: the labels of each file as it is now.</summary>
    public IReadOnlyDictionary<string, List<Said>> Files => files;

    /// <summary>Something happens to the files.</summary>
    public void Act()
    {
        Now += TimeSpan.FromSeconds(1 + random.Below(4000)) - (random.Below(5) == 0 ? TimeSpan.FromHours(random.Below(30)) : TimeSpan.Zero);
        var path = Path.Combine(inbox, $"{random.Below(Names)}.csv");
        switch (random.Below(10))
        {
            case 0 when File.Exists(path):
                File.Delete(path);
                files.Remove(path);
                break;
            case 1 when files.Count > 0:
                var (_, copied) = files.OrderBy(file => file.Key, StringComparer.Ordinal).ElementAt(random.Below(files.Count));
                Write(path, [.. copied]);
                break;
            case 2 when writesBadFiles:
                File.WriteAllText(path, $"a,b\n1,{random.Below(3)}\n");
                files.Remove(path);
                File.SetLastWriteTimeUtc(path, Now.UtcDateTime);
                break;
            case < 6 when files.TryGetValue(path, out var before):
                Write(path, [.. before.Where(_ => random.Below(4) > 0).Select(said => random.Below(3) > 0 ? said : Label(said.Id, said.Annotator)).Concat(Rows(1)).DistinctBy(said => (said.Id, said.Annotator))]);
                break;
            default:
                Write(path, Rows(4));
                break;
        }
    }

    private List<Said> Rows(int most) =>
        [.. Enumerable.Range(0, 1 + random.Below(most)).Select(_ => Label($"row-{random.Below(Ids)}", $"{"abc"[random.Below(3)]}")).DistinctBy(said => (said.Id, said.Annotator))];

    private Said Label(string id, string annotator)
    {
        // People do not label in the order in which their files come in.
        var time = Start + TimeSpan.FromSeconds((random.Below(1 << 20) << 10) + labels++);
        return new Said(id, $"{"xyz"[random.Below(3)]}", annotator, isTimed ? time.ToString("O", CultureInfo.InvariantCulture) : "");
    }

    private void Write(string path, List<Said> rows)
    {
        File.WriteAllLines(path, rows.Select(said => $"{said.Id},{said.Label},{said.Annotator},{said.Time}").Prepend("id,label,annotator,time"));
        File.SetLastWriteTimeUtc(path, Now.UtcDateTime);
        files[path] = rows;
    }
}

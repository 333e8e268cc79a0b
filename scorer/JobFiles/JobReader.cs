using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>Reads one job of a jobs file.</summary>
internal sealed class JobReader
{
    private static readonly TimeSpan DefaultQuiet = TimeSpan.FromSeconds(10);
    private readonly string folder;
    private readonly DateTimeOffset now;
    private readonly List<Mistake> mistakes;
    private readonly JsonMembers job;
    private readonly JsonMembers? options;
    private string? output;

    /// <param name="now">A time of a cron expression must come after it.</param>
    public JobReader(PlacedJson json, string folder, DateTimeOffset now, List<Mistake> mistakes)
    {
        (this.folder, this.now, this.mistakes) = (folder, now, mistakes);
        job = new JsonMembers(json, "a job", ["name", "command", "options", "triggers", "overlap", "retries", "backOff", "timeLimit", "keep", "deliver"], mistakes);
        options = job.Required("options") is { } value ? new JsonMembers(value, "'options'", null, mistakes) : null;
        Name = job.Text(job.Required("name"), "name");
    }

    public string? Name { get; }

    /// <summary>The jobs that it follows, and where that is said.</summary>
    public Dictionary<string, PlacedJson> After { get; } = [];

    /// <summary>The job; null where too much is wrong.</summary>
    public Job? Read()
    {
        if (Name is not null && !IsName(Name))
        {
            mistakes.Add(job["name"]!.Wrong($"'{Name}' is no name of a job, expected letters, digits, '-', '_' and '.'"));
        }
        var command = job.Text(job.Required("command"), "command");
        var triggers = Triggers();
        var values = options is null || command is null ? null
            : new OptionReader(options, mistakes).Read(command, job["command"]!, path => IsAwaited(path, triggers), folder);
        output = values?.SingleOrDefault(option => option.Name == "--out")?.Values[0] is { } path ? Here(options!["out"], path) : null;
        var read = new Job(Name ?? "", command ?? "", [.. values?.Where(option => option.Name != "--out") ?? []], output ?? "")
        {
            Triggers = triggers,
            Overlap = (Overlap)job.Choice("overlap", "skip", "queue"),
            Retries = job.Number("retries", 0, 0),
            BackOff = job.Span("backOff") ?? TimeSpan.FromSeconds(30),
            TimeLimit = job.Span("timeLimit"),
            Keep = job.Number("keep", 1, 7),
            Deliver = job["deliver"] is { } targets ? new TargetReader(folder, mistakes).Read(targets) : [],
        };
        return Name is null || output is null ? null : read;
    }

    /// <summary>Looks for what contradicts other jobs.</summary>
    public void CheckAgainst(IReadOnlyList<JobReader> earlier, IReadOnlySet<string> names)
    {
        if (Name is not null && earlier.Any(other => other.Name == Name))
        {
            mistakes.Add(job["name"]!.Wrong($"there are two jobs called '{Name}': rename one"));
        }
        if (output is not null && earlier.FirstOrDefault(other => other.output is { } theirs && (IsWithin(theirs, output) || IsWithin(output, theirs))) is { } same)
        {
            mistakes.Add(options!["out"]!.Wrong($"job {same.Name} writes to {same.output}{(same.output == output ? "" : ", which and this lie in each other,")} too: give each job a folder of its own"));
        }
        foreach (var (after, place) in After.Where(a => !names.Contains(a.Key)))
        {
            mistakes.Add(place.Wrong($"there is no job called '{after}', expected one of {string.Join(", ", names)}"));
        }
        var named = (options?.Names ?? []).SelectMany(name => options![name] is { Kind: JsonValueKind.Array } list ? list.Items : [options[name]!]);
        foreach (var value in named.Where(v => v.Kind == JsonValueKind.String && JobOption.JobIn(v.Text) is { } other && !names.Contains(other)))
        {
            mistakes.Add(value.Wrong($"{value.Text} names the output of a job that there is not, expected one of {string.Join(", ", names)}"));
        }
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsName(string name) => name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Whether a path need not exist yet, for the job waits until something comes there.</summary>
    private static bool IsAwaited(string path, IReadOnlyList<JobTrigger> triggers) =>
        triggers.Any(trigger => trigger is NewRoundTrigger round && round.Folder == Path.TrimEndingDirectorySeparator(path) || trigger is NewShardsTrigger shards && shards.Pattern == path);

    private IReadOnlyList<JobTrigger> Triggers()
    {
        if (job["triggers"] is not { } list)
        {
            return [];
        }
        if (list.Kind != JsonValueKind.Array)
        {
            mistakes.Add(list.Wrong($"'triggers' is {JsonMembers.Kind(list)}, expected a list"));
        }
        return [.. list.Items.Select(Trigger).OfType<JobTrigger>()];
    }

    private JobTrigger? Trigger(PlacedJson json)
    {
        string[] kinds = ["cron", "newRound", "newShards", "after"];
        var named = kinds.Where(kind => json.Members.Any(m => m.Name.Text == kind)).ToList();
        if (named.Count != 1)
        {
            mistakes.Add(json.Wrong($"a trigger has {(named.Count == 0 ? "none" : "several")} of {string.Join(", ", kinds)}, expected one"));
            return null;
        }
        var members = new JsonMembers(json, $"a {named[0]} trigger", [named[0], .. named[0] switch { "cron" => ["timeZone", "misfire"], "newShards" => (string[])["quiet"], _ => [] }], mistakes);
        var text = members.Text(members[named[0]], named[0]);
        switch (named[0])
        {
            case "cron":
                return Cron(members, text);
            case "newRound":
                return text is null ? null : new NewRoundTrigger(Path.TrimEndingDirectorySeparator(Here(members["newRound"], text)));
            case "newShards":
                var quiet = members.Span("quiet") ?? DefaultQuiet;
                return text is null ? null : new NewShardsTrigger(Here(members["newShards"], text), quiet);
            default:
                if (text is not null && !After.TryAdd(text, members["after"]!))
                {
                    mistakes.Add(json.Wrong($"job {Name} comes twice after {text}: remove one"));
                }
                return text is null ? null : new AfterTrigger(text);
        }
    }

    /// <summary>The full path of what a service watches or keeps itself.</summary>
    private string Here(PlacedJson? place, string path)
    {
        if (StorageAddress.IsRemote(path))
        {
            mistakes.Add(place!.Wrong($"'{path}' is an address, expected a folder of this machine: jobs read from an object store at times (cron) and deliver to one ('deliver')"));
        }
        return Path.GetFullPath(path, folder);
    }

    private CronTrigger? Cron(JsonMembers members, string? text)
    {
        var missed = members.Choice("misfire", "run", "skip") == 0;
        var zone = Zone(members, members.Text(members.Required("timeZone"), "timeZone"));
        if (text is null)
        {
            return null;
        }
        try
        {
            var trigger = CronReader.Read(text, zone ?? TimeZoneInfo.Utc, missed);
            if (trigger.After(now) is null)
            {
                mistakes.Add(members["cron"]!.Wrong($"'{text}' never comes, expected a time that does: the months have no such day, or the year is over"));
            }
            return zone is null ? null : trigger;
        }
        catch (DataException e)
        {
            mistakes.Add(members["cron"]!.Wrong(e.Message));
            return null;
        }
    }

    private TimeZoneInfo? Zone(JsonMembers members, string? name)
    {
        try
        {
            return name is null ? null : TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            mistakes.Add(members["timeZone"]!.Wrong($"'{name}' is no time zone of this machine, expected e.g. \"Europe/Berlin\" or \"UTC\""));
            return null;
        }
    }
}

namespace ParquetPool.Scorer.Jobs;

/// <summary>What becomes of a trigger that comes while its job runs.</summary>
public enum Overlap
{
    /// <summary>A time of a cron expression is passed over; new rounds, shards and runs wait.</summary>
    Skip,

    /// <summary>One run waits; what comes besides joins it.</summary>
    Queue,
}

/// <summary>A command that a service runs again and again.</summary>
/// <param name="Name">Letters, digits, '-', '_' and '.'.</param>
/// <param name="Command">score, select, audit, show or tasks.</param>
/// <param name="Options">Of the command, without <c>--out</c>: <c>--model</c> and its values. A value may name the output of another job's newest run: <c>{nightly}</c>.</param>
/// <param name="Out">The folder in which every run has one of its own. Full path.</param>
internal sealed record Job(string Name, string Command, IReadOnlyList<JobOption> Options, string Out)
{
    public IReadOnlyList<JobTrigger> Triggers { get; init; } = [];

    public Overlap Overlap { get; init; }

    /// <summary>Attempts after the first that failed.</summary>
    public int Retries { get; init; }

    /// <summary>Before the first retry; twice as long before each further one.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of an attempt; null for none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Outputs of runs that succeeded which stay; older ones are removed.</summary>
    public int Keep { get; init; } = 7;

    /// <summary>Where its outputs are delivered.</summary>
    public IReadOnlyList<DeliveryTarget> Deliver { get; init; } = [];

    /// <summary>How long after so many attempts the next begins: the delay doubles, up to a day.</summary>
    public TimeSpan DelayAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(BackOff.TotalSeconds * Math.Pow(2, attempts - 1), TimeSpan.FromDays(1).TotalSeconds));

    /// <summary>The command line of a run.</summary>
    /// <param name="output">The run's folder.</param>
    /// <param name="outputOf">The folder of the newest run of another job; null where it has none.</param>
    /// <exception cref="Errors.DataException">A job that is named has no output yet.</exception>
    public IReadOnlyList<string> Arguments(string output, Func<string, string?> outputOf) =>
        [Command, .. Options.SelectMany(option => option.Values.Select(value => JobOption.Fill(value, outputOf)).Prepend(option.Name)), "--out", output];
}

/// <summary>An option of a command line and its values; none for a flag.</summary>
internal sealed record JobOption(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The job whose output a value names, alone (<c>{nightly}</c>) or before a path in it (<c>{nightly}/ranked.csv</c>); null where it names none.</summary>
    public static string? JobIn(string value) =>
        value.StartsWith('{') && value.IndexOf('}', StringComparison.Ordinal) is > 0 and var end && (end == value.Length - 1 || value[end + 1] == '/') ? value[1..end] : null;

    internal static string Fill(string value, Func<string, string?> outputOf) =>
        JobIn(value) is not { } job ? value
        : outputOf(job) is { } folder ? folder + value[(job.Length + 2)..]
        : throw new Errors.DataException($"{value}: job {job} has no output yet: run it first");
}

/// <summary>What a jobs file says.</summary>
/// <param name="Folder">The file's folder, in which commands run: relative paths start there.</param>
internal sealed record JobList(string Folder, IReadOnlyList<Job> Jobs)
{
    public Job? Find(string name) => Jobs.FirstOrDefault(job => job.Name == name);

    /// <summary>Whether one of the jobs reads what another writes.</summary>
    public bool Reads(IEnumerable<string> readers, Job written) =>
        readers.Any(name => Find(name)!.Options.Any(option => option.Values.Any(value => JobOption.JobIn(value) == written.Name)));
}

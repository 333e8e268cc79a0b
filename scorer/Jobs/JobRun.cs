using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>How far a run is.</summary>
[JsonConverter(typeof(EnumNames<RunState>))]
internal enum RunState
{
    /// <summary>For its turn, for a retry, or for a service that goes on with it.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It never began: a time of a cron expression that was passed over.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>A person ended it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>A run of a job, as a service keeps it: <c>runs/&lt;job&gt;/&lt;id&gt;.json</c> in its state folder.</summary>
/// <param name="Id">The time it was due, in UTC; also the name of its output folder.</param>
/// <param name="Cause">What started it, for people.</param>
/// <param name="Due">When it should begin.</param>
/// <param name="Out">Its output folder.</param>
internal sealed record JobRun(string Job, string Id, string Cause, DateTimeOffset Due, string Out) : ICheckedRecord
{
    /// <inheritdoc/>
    string? ICheckedRecord.Fault() =>
        FileName.Of(Job) is null ? $"is of a job '{Job}', which is no plain name"
        : FileName.Of(Id) is null || Path.GetFileName(Out) != Id ? $"is of run '{Id}' with output {Out}, which is no folder of that name"
        : null;

    /// <summary>Counts the runs of a job in the order in which they were made, whatever the clock said; 0 in records of earlier versions.</summary>
    public long Number { get; init; }

    public RunState State { get; init; }

    /// <summary>Attempts so far, without those that a stop of the service cut short.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether a person said that it is to end; it runs until its command has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelled { get; init; }

    /// <summary>A retry does not begin earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>What the watching triggers saw when it began, by <see cref="WatchTrigger.Key"/>.</summary>
    public IReadOnlyDictionary<string, string> Seen { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it failed, waits, was skipped or cancelled.</summary>
    public string? Message { get; init; }

    /// <summary>The command's last line.</summary>
    public JsonElement? Summary { get; init; }

    /// <summary>How far its output is delivered, by target.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; init; } = [];

    [JsonIgnore]
    public bool IsActive => State is RunState.Waiting or RunState.Running;

    /// <summary>The <see cref="Cause"/> of a run that a person started.</summary>
    public const string ByHand = "by hand";

    /// <summary>Whether it waits for its first attempt.</summary>
    [JsonIgnore]
    public bool IsFresh => State == RunState.Waiting && Started is null;

    /// <summary>Whether a person may have it tried again, where it is the last of its job.</summary>
    [JsonIgnore]
    public bool MayBeRetried => State is RunState.Failed or RunState.Cancelled || (State == RunState.Waiting && !IsFresh);

    /// <summary>Whether it may begin. A retry that lies further ahead than its delay may too: the clock was set back.</summary>
    public bool IsDue(Job job, DateTimeOffset now) => NotBefore is not { } time || time <= now || time - now > job.DelayAfter(Attempts);
}

/// <summary>How an attempt of a run ended.</summary>
/// <param name="Summary">The command's last line; null where it failed.</param>
/// <param name="Message">Why it failed; null where it did not.</param>
internal sealed record RunOutcome(int ExitCode, JsonElement? Summary, string? Message);

/// <summary>Runs the command of a run, from where an earlier attempt left it, until it ends.</summary>
/// <remarks>Ends with <see cref="OperationCanceledException"/> when <paramref name="stopping"/> says so; nothing of it goes on then.</remarks>
/// <param name="arguments">The command line.</param>
/// <param name="report">Takes how far it is.</param>
internal delegate Task<RunOutcome> JobExecution(JobRun run, IReadOnlyList<string> arguments, Action<StageProgress> report, CancellationToken stopping);

namespace ParquetPool.Scorer.Cluster;

/// <summary>A piece of a run that one node does.</summary>
/// <param name="Run">The run's output folder, the same on every node.</param>
/// <param name="Name">Within the run.</param>
/// <param name="Arguments">The command line without <c>--out</c>.</param>
/// <param name="Work">The folder in which it runs.</param>
internal sealed record ClusterTask(string Run, string Name, IReadOnlyList<string> Arguments, string Work)
{
    /// <summary>Which try it is; each writes to a folder of its own.</summary>
    public int Attempt { get; init; }

    /// <summary>The folder that the attempt writes.</summary>
    public string Folder => AttemptFolder.Of(Run, Name, Attempt);
}

/// <summary>How far a task is.</summary>
/// <param name="State">waiting, running, done, failed or cancelled.</param>
/// <param name="ExitCode">Null before it ended.</param>
/// <param name="Message">Why it failed.</param>
/// <param name="Summary">The command's last line.</param>
internal sealed record TaskProgress(ClusterTask Task, string State, int? ExitCode, string? Message, string? Summary)
{
    public const string Done = "done";
    public const string Failed = "failed";
}

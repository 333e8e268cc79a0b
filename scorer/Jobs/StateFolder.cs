using System.Collections.Concurrent;
using System.Globalization;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>What a service knows when it starts again: the runs of every job, and up to when schedules have been looked at.</summary>
/// <remarks>Files are small and written whole. Only one service has the folder at a time. Any thread may call.</remarks>
public sealed class StateFolder : IDisposable
{
    /// <summary>Records of a job that stay; those whose output stays do besides.</summary>
    private const int MostRuns = 200;

    private readonly Lock gate = new();
    private readonly string root;
    private readonly FileStream hold;
    private readonly ConcurrentDictionary<string, IReadOnlyList<JobRun>> runs = new();
    private readonly Dictionary<string, DateTimeOffset> looked;

    private StateFolder(string root, FileStream hold)
    {
        (this.root, this.hold) = (root, hold);
        looked = JsonFile.Read<Dictionary<string, DateTimeOffset>>(LookedFile) ?? [];
        foreach (var folder in Directory.Exists(RunsFolder) ? Directory.EnumerateDirectories(RunsFolder) : [])
        {
            // A record that says it is another's is none: a run's files are found by its names.
            var read = Directory.EnumerateFiles(folder, "*.json").Select(file => (File: file, Run: JsonFile.Read<JobRun>(file)))
                .Where(of => of.Run is { } run && run.Job == Path.GetFileName(folder) && run.Id == Path.GetFileNameWithoutExtension(of.File)).Select(of => of.Run!);
            runs[Path.GetFileName(folder)] = [.. read.OrderBy(run => run.Due).ThenBy(run => run.Id, StringComparer.Ordinal)];
        }
    }

    private string RunsFolder => Path.Combine(root, "runs");

    private string LookedFile => Path.Combine(root, "schedule.json");

    /// <summary>Takes the folder; it is made where there is none.</summary>
    /// <exception cref="IOException">It cannot be written, or another service has it.</exception>
    public static StateFolder Open(string root)
    {
        try
        {
            MakeOwn(root);
            MakeOwn(Path.Combine(root, "runs"));
            WrittenFiles.Claim(root, ["schedule.json"], _ => JsonFile.Read<Dictionary<string, DateTimeOffset>>(Path.Combine(root, "schedule.json")) is not null);
            return new StateFolder(root, new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be used: {e.Message.TrimEnd('.')}; another service may have it: stop that one, or give this one a folder of its own with --state", e);
        }
    }

    /// <summary>The runs of a job, in the order in which they were due.</summary>
    public IReadOnlyList<JobRun> Runs(string job) => runs.GetValueOrDefault(job) ?? [];

    /// <summary>The jobs that have runs.</summary>
    public IEnumerable<string> Jobs => runs.Keys.Order(StringComparer.Ordinal);

    /// <summary>The newest run of a job that succeeded.</summary>
    public JobRun? Finished(string job) => Runs(job).LastOrDefault(run => run.State == RunState.Succeeded);

    /// <summary>The id of a run that is due at a time: the time, with a number where there is one already.</summary>
    public string NewId(string job, DateTimeOffset due)
    {
        var id = IdAt(due);
        var taken = Runs(job).Select(run => run.Id).ToHashSet();
        return Enumerable.Range(1, int.MaxValue).Select(n => n == 1 ? id : $"{id}-{n}").First(candidate => !taken.Contains(candidate));
    }

    public static string IdAt(DateTimeOffset due) => due.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Keeps a run, new or changed.</summary>
    /// <exception cref="IOException">The folder has no room.</exception>
    public void Save(JobRun run)
    {
        lock (gate)
        {
            runs[run.Job] = [.. Runs(run.Job).Where(other => other.Id != run.Id).Append(run).OrderBy(r => r.Due).ThenBy(r => r.Id, StringComparer.Ordinal)];
            Directory.CreateDirectory(Path.Combine(RunsFolder, run.Job));
            JsonFile.Write(FileOf(run, ".json"), run);
        }
    }

    /// <summary>Forgets the oldest runs of a job beyond those kept.</summary>
    public void Trim(string job)
    {
        lock (gate)
        {
            var old = Runs(job).Where(run => !run.IsActive && !Directory.Exists(run.Out)).SkipLast(MostRuns).ToList();
            foreach (var run in old)
            {
                File.Delete(FileOf(run, ".log"));
                File.Delete(FileOf(run, ".json"));
            }
            runs[job] = [.. Runs(job).Except(old)];
        }
    }

    /// <summary>What a run's command wrote to stderr.</summary>
    public string LogOf(JobRun run) => FileOf(run, ".log");

    /// <summary>Which process runs a run's command.</summary>
    public string ProcessOf(JobRun run) => FileOf(run, ".process");

    /// <summary>Up to when the times of a job have been looked at; null for a job that was never seen.</summary>
    public DateTimeOffset? Looked(string job) => looked.TryGetValue(job, out var until) ? until : null;

    /// <exception cref="IOException">The folder has no room.</exception>
    public void SetLooked(string job, DateTimeOffset until)
    {
        looked[job] = until;
        JsonFile.Write(LookedFile, looked);
    }

    /// <inheritdoc/>
    public void Dispose() => hold.Dispose();

    /// <summary>Makes a folder that other users of the machine do not see into: logs and summaries are nobody else's.</summary>
    private static void MakeOwn(string folder)
    {
        if (!Directory.Exists(folder) && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string FileOf(JobRun run, string extension) => Path.Combine(RunsFolder, run.Job, run.Id + extension);
}

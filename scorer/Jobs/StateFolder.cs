using System.Collections.Concurrent;
using System.Globalization;
using ParquetPool.Scorer.Records;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>What a service knows when it starts again: the runs of every job, and up to when schedules have been looked at.</summary>
/// <remarks>Files are small and written whole. Only one service has the folder at a time. Any thread may call.</remarks>
internal sealed class StateFolder : IDisposable
{
    /// <summary>Records of a job that stay; those whose output stays do besides.</summary>
    private const int MostRuns = 200;

    private readonly Lock gate = new();
    private readonly string root;
    private readonly FileStream hold;
    private readonly ConcurrentDictionary<string, IReadOnlyList<JobRun>> runs = new();
    private readonly Dictionary<string, DateTimeOffset> looked;
    private readonly ConcurrentDictionary<string, Pause> pauses = new();
    private readonly Dictionary<(string Job, string Id), JobRun> late = [];

    private StateFolder(string root, FileStream hold)
    {
        (this.root, this.hold) = (root, hold);
        looked = JsonFile.Read<Dictionary<string, DateTimeOffset>>(LookedFile) ?? [];
        foreach (var folder in Directory.Exists(RunsFolder) ? Directory.EnumerateDirectories(RunsFolder) : [])
        {
            // A record that says it is another's is none: a run's files are found by its names.
            var read = Directory.EnumerateFiles(folder, "*.json").Select(file => (File: file, Run: JsonFile.Read<JobRun>(file)))
                .Where(of => of.Run is { } run && run.Job == Path.GetFileName(folder) && run.Id == Path.GetFileNameWithoutExtension(of.File)).Select(of => of.Run!);
            runs[Path.GetFileName(folder)] = [.. InOrder(read)];
            var paused = PauseOf(Path.GetFileName(folder));
            if (File.Exists(paused))
            {
                pauses[Path.GetFileName(folder)] = JsonFile.Read<Pause>(paused) ?? new Pause(File.GetLastWriteTimeUtc(paused));
            }
            TemporaryFile.RemoveFrom(folder);
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
            Directory.CreateDirectory(root);
            var hold = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                WrittenFiles.Claim(root, ["schedule.json"], _ => JsonFile.Read<Dictionary<string, DateTimeOffset>>(Path.Combine(root, "schedule.json")) is not null).Complete("schedule.json");
                return new StateFolder(root, hold);
            }
            catch
            {
                hold.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be used: {e.Message.TrimEnd('.')}; another service may have it: stop that one, or give this one a folder of its own with --state", e);
        }
    }

    /// <summary>The runs of a job, in the order in which they were made.</summary>
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

    /// <summary>The number of a job's next run.</summary>
    public long NextNumber(string job) => Runs(job).Select(run => run.Number).DefaultIfEmpty().Max() + 1;

    public static string IdAt(DateTimeOffset due) => due.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Keeps a run, new or changed. Where that fails, the run is as it was.</summary>
    /// <returns>The run.</returns>
    /// <exception cref="IOException">The folder has no room.</exception>
    public JobRun Save(JobRun run)
    {
        lock (gate)
        {
            Write(run);
            Know(run);
            late.Remove((run.Job, run.Id));
            return run;
        }
    }

    /// <summary>Takes in what has become of a run, and keeps it, if not now, then later: see <see cref="SaveLate"/>.</summary>
    /// <exception cref="IOException">The folder has no room now.</exception>
    public void SaveEnd(JobRun run)
    {
        lock (gate)
        {
            Know(run);
            late[(run.Job, run.Id)] = run;
            SaveLate();
        }
    }

    /// <summary>Keeps what could not be kept before.</summary>
    /// <exception cref="IOException">The folder still has no room.</exception>
    public void SaveLate()
    {
        lock (gate)
        {
            foreach (var run in late.Values.ToList())
            {
                Write(run);
                late.Remove((run.Job, run.Id));
            }
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
        JsonFile.Write(LookedFile, new Dictionary<string, DateTimeOffset>(looked) { [job] = until }, isPrivate: true);
        looked[job] = until;
    }

    /// <summary>Since when a job starts nothing by itself; null for one that does.</summary>
    public DateTimeOffset? PausedSince(string job) => pauses.TryGetValue(job, out var pause) ? pause.Since : null;

    /// <param name="since">Null for a job that goes on.</param>
    /// <exception cref="IOException">The folder has no room; nothing has changed.</exception>
    public void SetPaused(string job, DateTimeOffset? since)
    {
        lock (gate)
        {
            if (since is not { } time)
            {
                if (pauses.ContainsKey(job))
                {
                    File.Delete(PauseOf(job));
                    pauses.TryRemove(job, out _);
                }
                return;
            }
            Directory.CreateDirectory(Path.Combine(RunsFolder, job));
            JsonFile.Write(PauseOf(job), new Pause(time), isPrivate: true);
            pauses[job] = new Pause(time);
        }
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

    private static IEnumerable<JobRun> InOrder(IEnumerable<JobRun> some) => some.OrderBy(run => run.Number).ThenBy(run => run.Due).ThenBy(run => run.Id, StringComparer.Ordinal);

    private void Know(JobRun run) =>
        runs[run.Job] = [.. InOrder(Runs(run.Job).Where(other => other.Id != run.Id).Append(run))];

    private void Write(JobRun run)
    {
        Directory.CreateDirectory(Path.Combine(RunsFolder, run.Job));
        JsonFile.Write(FileOf(run, ".json"), run, isPrivate: true);
    }

    private string PauseOf(string job) => Path.Combine(RunsFolder, job, "paused");

    private string FileOf(JobRun run, string extension) => Path.Combine(RunsFolder, run.Job, run.Id + extension);

    /// <summary>What <c>runs/&lt;job&gt;/paused</c> says.</summary>
    private sealed record Pause(DateTimeOffset Since);
}

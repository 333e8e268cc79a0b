using System.Runtime.InteropServices;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>The output folders of a job's runs: <c>&lt;out&gt;/&lt;run&gt;</c>, and <c>&lt;out&gt;/latest</c>, a link to the newest that succeeded.</summary>
internal static partial class RunOutputs
{
    public const string Latest = "latest";

    /// <summary>Makes a run's folder. A scoring run starts from the score files of the one before, so that shards are scored again only where something changed.</summary>
    /// <remarks>They are linked, not copied: no file is ever written in place.</remarks>
    /// <param name="earlier">The newest run that succeeded; null for none.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static void Prepare(Job job, JobRun run, JobRun? earlier)
    {
        if (Directory.Exists(run.Out))
        {
            return;
        }
        // As a whole: what is half there would pass for somebody else's files.
        using var made = TemporaryFolder.Create(run.Out);
        foreach (var folder in job.Command == "score" && earlier is not null ? new[] { "scores", "rejects" } : [])
        {
            var from = Path.Combine(earlier!.Out, folder);
            foreach (var file in Directory.Exists(from) ? Directory.EnumerateFiles(from) : [])
            {
                Directory.CreateDirectory(Path.Combine(made.Path, folder));
                LinkOrCopy(file, Path.Combine(made.Path, folder, Path.GetFileName(file)));
            }
        }
        made.MoveTo(run.Out);
    }

    /// <summary>Gives a file a second name; where the storage has no links, a copy. What had that name before goes.</summary>
    public static void LinkOrCopy(string file, string to)
    {
        File.Delete(to); // Before a copy above all: it may be a second name of the same file.
        if (OperatingSystem.IsWindows() ? !LinkOnWindows(to, file, 0) : Link(file, to) != 0)
        {
            File.Copy(file, to);
        }
    }

    /// <summary>Points <see cref="Latest"/> at a run.</summary>
    public static void Publish(Job job, JobRun run)
    {
        var link = Path.Combine(job.Out, Latest);
        if (OperatingSystem.IsWindows())
        {
            PublishOnWindows(link, run.Id);
            return;
        }
        var temporary = TemporaryFile.NameOf(link);
        TemporaryFile.RemoveFrom(job.Out, of: Latest);
        File.CreateSymbolicLink(temporary, run.Id);
        if (Rename(temporary, link) != 0)
        {
            throw new IOException($"{link} cannot be made to point at {run.Id}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; remove what stands there");
        }
    }

    /// <summary>Removes outputs of runs that ended and are delivered: those beyond the newest that stay, and what failed before the newest.</summary>
    /// <param name="runs">Of the job, oldest first.</param>
    public static void Trim(Job job, IReadOnlyList<JobRun> runs)
    {
        var kept = runs.Where(run => run.State == RunState.Succeeded).TakeLast(job.Keep).Select(run => run.Out).ToHashSet();
        var newest = runs.LastOrDefault(run => run.State == RunState.Succeeded);
        foreach (var run in runs.TakeWhile(run => run != newest).Where(run => !run.IsActive && !run.Deliveries.Any(d => d.IsOpen()) && !kept.Contains(run.Out) && run.Out == Path.Combine(job.Out, run.Id) && Directory.Exists(run.Out)))
        {
            Directory.Delete(run.Out, recursive: true);
        }
    }

    /// <summary>No link can take the place of another there: for a moment there is none.</summary>
    private static void PublishOnWindows(string link, string run)
    {
        try
        {
            if (new DirectoryInfo(link) is { LinkTarget: not null } earlier)
            {
                earlier.Delete();
            }
            Directory.CreateSymbolicLink(link, run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{link} cannot be made to point at {run}: {e.Message.TrimEnd('.')}; remove what stands there, and let the account make links (developer mode)", e);
        }
    }

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LinkOnWindows(string link, string file, nint attributes);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}

using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>A task's folder of the model registry.</summary>
internal sealed record TaskFolder(string Path)
{
    /// <summary>Those on this machine that jobs watch or score by.</summary>
    public static IReadOnlyList<TaskFolder> Of(JobList jobs) =>
    [
        .. jobs.Jobs
            .SelectMany(job => job.Triggers.OfType<NewRoundTrigger>().Select(t => t.Folder).Concat(job.Options.Where(o => o.Name == "--model").SelectMany(o => o.Values)))
            .Where(path => !StorageAddress.IsRemote(path))
            .Select(path => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, jobs.Folder)))
            .Distinct()
            .Select(path => new TaskFolder(path)),
    ];

    /// <summary>The name of the newest round's folder; null where none is published.</summary>
    public string? Newest() => Published().LastOrDefault() is { } folder ? System.IO.Path.GetFileName(folder) : null;

    /// <summary>The manifests of the rounds, oldest first; one that cannot be read is left out, scoring by it says why.</summary>
    public IReadOnlyList<ModelManifest> Rounds() => Read(() => (ModelManifest[])[.. Published().Select(Manifest).OfType<ModelManifest>()]) ?? [];

    private IEnumerable<string> Published() =>
        new ModelRegistry(System.IO.Path.GetDirectoryName(Path) ?? Path).Rounds(System.IO.Path.GetFileName(Path)).Select(round => round.Folder);

    private static ModelManifest? Manifest(string folder) => Read(() => ModelManifest.Read(System.IO.Path.Combine(folder, ModelManifest.FileName)));

    /// <summary>What a page or a gauge shows beside other things; null where it cannot be read.</summary>
    private static T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is DataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

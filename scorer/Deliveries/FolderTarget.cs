using ParquetPool.Scorer.Jobs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>A folder that gets <c>&lt;job&gt;/&lt;run&gt;/</c> with the files of the output, whole or not at all.</summary>
internal sealed record FolderTarget(string Folder) : DeliveryTarget(Folder)
{
    public override Task DeliverAsync(JobRun run, HttpClient http, DateTimeOffset now, CancellationToken stopping)
    {
        var to = Path.Combine(Folder, run.Job, run.Id);
        if (Directory.Exists(to))
        {
            return Task.CompletedTask;
        }
        using var temporary = TemporaryFolder.Create(to);
        foreach (var file in RunFiles.Of(run))
        {
            stopping.ThrowIfCancellationRequested();
            file.CopyTo(Path.Combine(temporary.Path, file.Name));
        }
        temporary.MoveTo(to);
        return Task.CompletedTask;
    }
}

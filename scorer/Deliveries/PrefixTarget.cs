using System.Text.Json;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>A place in an object store that gets <c>&lt;job&gt;/&lt;run&gt;/</c> with the files of the output and, last, <c>delivery.json</c>.</summary>
/// <remarks>There is no rename of a whole prefix: who sees the note sees all files, whoever sees none waits.</remarks>
internal sealed record PrefixTarget(StorageAddress Prefix) : DeliveryTarget(Prefix.ToString())
{
    public const string NoteName = "delivery.json";

    public override Task DeliverAsync(JobRun run, HttpClient http, DateTimeOffset now, CancellationToken stopping)
    {
        var (store, to) = (ObjectStore.Of(Prefix), Prefix.Below($"{run.Job}/{run.Id}"));
        if (store.Find(to.Below(NoteName), stopping) is not null)
        {
            return Task.CompletedTask;
        }
        foreach (var file in RunFiles.Of(run))
        {
            store.Write(file.FullName, to.Below(file.Name), stopping: stopping);
        }
        var note = JsonSerializer.SerializeToUtf8Bytes(DeliveryNote.Of(run), JsonSerializerOptions.Web);
        StoredFiles.Write(to.Below(NoteName).ToString(), path => File.WriteAllBytes(path, note), stopping: stopping);
        return Task.CompletedTask;
    }
}

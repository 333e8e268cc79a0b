using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>What a receiver is told of a run that succeeded.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Summary">The command's last line.</param>
internal sealed record DeliveryNote(string Job, string Run, DateTimeOffset Due, DateTimeOffset? Finished, JsonElement? Summary, IReadOnlyList<DeliveredFile> Files)
{
    /// <summary>The ranked, selected or paired rows themselves, where they are told with the note.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ListText? List { get; init; }

    /// <exception cref="IOException">A file of the output cannot be read.</exception>
    public static DeliveryNote Of(JobRun run) =>
        new(run.Job, run.Id, run.Due, run.Finished, run.Summary, [.. RunFiles.Of(run).Select(file => new DeliveredFile(file.Name, file.Length, ContentHash.Of(file.FullName)))]);
}

/// <summary>A file of an output.</summary>
internal sealed record DeliveredFile(string Name, long Bytes, string Sha256);

/// <summary>A file and its text.</summary>
internal sealed record ListText(string Name, string Text);

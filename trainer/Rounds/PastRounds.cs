using ParquetPool.Contract;
using ParquetPool.Storage;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What a task has of its rounds up to now.</summary>
/// <param name="Newest">The newest published one; null where there is none.</param>
/// <param name="Records">Of all that were trained, oldest first.</param>
/// <param name="Labels">[id]: those that the last attempt learnt from.</param>
internal sealed record PastRounds(ModelPackage? Newest, IReadOnlyList<RoundRecord> Records, IReadOnlyDictionary<string, string> Labels)
{
    public static PastRounds Of(RoundRequest request, LabelFolder folder, RoundLog log) =>
        new(new ModelRegistry(request.Training.Models).Rounds(request.Training.Task) is [.., var last] ? ModelPackage.Open(last.Folder) : null, log.Read(), folder.ReadLabels());

    /// <summary>The newest round's folder; null where there is none.</summary>
    public string? Folder => Newest is null ? null : StorageAddress.FolderOf(Newest.Path);

    /// <summary>The newest round's, where it is published and the trainer was stopped before it could note why.</summary>
    public ModelManifest? Unnoted => Newest?.Manifest is { } known && !Records.Any(record => record.Round == known.Round) ? known : null;

    public IEnumerable<Agreement> Agreements => Records.Select(record => record.Agreement).OfType<Agreement>();

    /// <summary>Whether there is nothing to be gained by another round of these labels, by <see cref="TrainPlan.HashOf"/>.</summary>
    /// <param name="isGated">Whether a round that gains too little is not published.</param>
    /// <remarks>Labels of a round that was not published wait for one that may be.</remarks>
    public bool IsDone(string labels, bool isGated) => IsNewest(labels) || (Records is [.., var attempt] && labels == attempt.LabelsSha256 && (attempt.Round is not null || isGated));

    /// <summary>Whether the newest round learnt from these labels.</summary>
    public bool IsNewest(string labels) => labels == Newest?.Manifest!.Training.Recipe.GetValueOrDefault(TrainPlan.LabelsSetting);

    /// <summary>Labels that are new, other than those that were learnt from, or there no more.</summary>
    public int Waiting(IReadOnlyDictionary<string, string> now, bool isGated)
    {
        var before = IsDone(TrainPlan.HashOf(Labels.Select(l => (l.Key, l.Value))), isGated) ? Labels : new Dictionary<string, string>();
        return now.Count(l => before.GetValueOrDefault(l.Key) != l.Value) + before.Keys.Count(id => !now.ContainsKey(id));
    }
}

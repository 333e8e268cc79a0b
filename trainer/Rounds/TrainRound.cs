using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The flow of <c>trainer train</c>: labels and pool to a published model.</summary>
public static class TrainRound
{
    /// <summary>Reads, trains, checks, publishes.</summary>
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    public static async Task<TrainSummary> ExecuteAsync(TrainRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        if (request.Labels.Count > 0 == request.LabelColumn is not null)
        {
            throw new UsageException($"{(request.LabelColumn is null ? "neither --labels nor --label-column is" : "both --labels and --label-column are")} given, expected one: labels come from files or from a column of the shards");
        }
        var plan = TrainPlan.Of(request);
        LabelSource labels = request.LabelColumn is { } column ? new LabelSource.Column(column) : new LabelSource.Given(LabelFile.Read(request.Labels));

        var rows = await plan.ReadAsync(labels, context);
        var trained = await plan.TrainAsync(rows, context);
        var (folder, manifest, _) = plan.Publish(trained, context);
        var best = trained.Best;
        return new TrainSummary(
            folder, request.Task, manifest.Round, trained.Set.Classes.Count, trained.Set.Training.Count, trained.Set.Holdout.Count, best.HoldoutAccuracy,
            best.HoldoutLoss, trained.History.Count, best.Number, trained.LossCorrelation, manifest.Sha256, context.Clock.GetElapsedTime(began).TotalSeconds);
    }
}

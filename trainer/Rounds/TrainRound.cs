using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>One round: labels and pool to a published model.</summary>
public static class TrainRound
{
    private const string UsualColumn = "features";

    /// <summary>Reads, trains, checks, publishes.</summary>
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    public static async Task<TrainSummary> ExecuteAsync(TrainRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        ModelRegistry.CheckTask(request.Task);
        Check(request);
        var pool = ShardSet.Resolve(request.Pool);
        var registry = new ModelRegistry(request.Models);
        var start = request.Continues && registry.Rounds(request.Task) is [.., var newest] ? PublishedRound.Open(newest.Folder) : null;
        var columns = start is null ? Columns(pool, request.Features, optional: request.Options.Network.Tower is not null) : Columns(pool, request.Features, start.Set.Columns);
        LabelSource labels = request.LabelColumn is { } column ? new LabelSource.Column(column) : new LabelSource.Given(LabelFile.Read(request.Labels));

        var rows = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance =>
            Task.Run(() => LabelledRowReader.Read(pool, columns, labels, advance, context.Stopping), context.Stopping));
        var set = TrainingSet.Of(columns, rows, request.Validation, start?.Set.Classes);
        context.Progress.Say($"{set.Training.Count:N0} rows of {set.Classes.Count} classes to learn from, {set.Holdout.Count:N0} held out");

        var epochs = start is null ? request.Options.EpochsFor(set.Training.Count) : request.Options.EpochsPerRound;
        var trained = await context.Progress.RunAsync("training", epochs, "epochs", advance =>
            Task.Run(() => Train(start, set, request.Options, _ => advance(1), context.Stopping), context.Stopping));
        var best = trained.Best;
        context.Progress.Say(FormattableString.Invariant(
            $"epoch {best.Number} of {trained.History[^1].Number}: hold-out accuracy {best.HoldoutAccuracy:P1}, loss {best.HoldoutLoss:F3} nats"));

        var (folder, manifest, _) = ModelPublisher.Publish(registry, request.Task, trained, request.Options.Seed, context.Clock);
        return new TrainSummary(
            folder, request.Task, manifest.Round, set.Classes.Count, set.Training.Count, set.Holdout.Count, best.HoldoutAccuracy,
            best.HoldoutLoss, trained.History.Count, best.Number, trained.LossCorrelation, manifest.Sha256, context.Clock.GetElapsedTime(began).TotalSeconds);
    }

    private static TrainedNetwork Train(TrainedNetwork? start, TrainingSet set, TrainOptions options, Action<Epoch> ended, CancellationToken stopping)
    {
        if (start is null)
        {
            return TrainRun.Execute(set, options, ended, stopping: stopping);
        }
        using var training = new ContinuedTraining(start, options);
        return training.Learn(set, ended, stopping);
    }

    private static void Check(TrainRequest request)
    {
        if (request.Options.FreezeBatchNorm && !request.Continues)
        {
            throw new UsageException("--freeze-batch-norm is given without --epochs-per-round, expected both: statistics must have been learned, in an earlier round, before they can be frozen");
        }
        if (request.Labels.Count > 0 == request.LabelColumn is not null)
        {
            throw new UsageException($"{(request.LabelColumn is null ? "neither --labels nor --label-column is" : "both --labels and --label-column are")} given, expected one: labels come from files or from a column of the shards");
        }
        if (request.Validation is not (> 0 and < 1))
        {
            throw new UsageException($"--validation is {request.Validation}, expected above 0 and below 1: early stopping needs rows to measure by");
        }
        request.Options.Check();
    }

    /// <summary>The columns of the round before, if the pool has them and no others are asked for.</summary>
    private static IReadOnlyList<VectorColumn> Columns(ShardSet pool, IReadOnlyList<string> asked, IReadOnlyList<VectorColumn> before)
    {
        if (asked.Count > 0 && !asked.SequenceEqual(before.Select(c => c.Name)))
        {
            throw new UsageException($"--features {string.Join(' ', asked)}: the round before was trained on {string.Join(' ', before.Select(c => c.Name))}, expected the same: leave --features out, or train from scratch without --epochs-per-round");
        }
        return before.FirstOrDefault(c => pool.VectorWidth(c.Name) != c.Width) is { Name: { } name, Width: var width }
            ? throw new DataException($"column {name} has vectors of {pool.VectorWidth(name)} numbers, the round before was trained on {width}: give the pool that it was trained on")
            : before;
    }

    internal static VectorColumn[] Columns(ShardSet pool, IReadOnlyList<string> asked, bool optional = false)
    {
        var names = asked.Count > 0 ? asked : pool.VectorColumns() is var all && all.Contains(UsualColumn) ? [UsualColumn] : all;
        if (names.Count == 0)
        {
            throw new DataException($"{pool[0].Path}: no column holds vectors, expected a list of numbers or a blob of float32: name one with --features or import the data first");
        }
        return names.Distinct().Count() == names.Count
            ? [.. names.Select(name => new VectorColumn(name, pool.VectorWidth(name), optional))]
            : throw new UsageException($"--features {string.Join(' ', names)} names a column twice, expected each once");
    }
}

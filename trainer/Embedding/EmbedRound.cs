using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>One round of an audit network: a pool to a published embedding.</summary>
internal static class EmbedRound
{
    private const int Stages = 10;
    private const int LeastSide = 8;

    /// <summary>Reads, trains, measures, publishes.</summary>
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels or shards are not what they must be, or the training diverged.</exception>
    public static async Task<EmbedSummary> ExecuteAsync(EmbedRequest request, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        ModelRegistry.CheckTask(request.Task);
        request.Check();
        var pool = ShardSet.Resolve(request.Pool);
        var columns = TrainColumns.Of(pool, request.Features);
        request = request with { Image = request.Image ?? (RememberedImport.Of(pool, columns) is { } remembered && IsLargeEnough(remembered) ? remembered : null) };
        Check(request.Image, columns);
        LabelSource? labels = request.LabelColumn is { } column ? new LabelSource.Column(column)
            : request.Labels.Count > 0 ? new LabelSource.Given(LabelFile.Read(request.Labels, new LabelReading { Pool = pool, Tell = context.Progress.Say, Stopping = context.Stopping }))
            : null;

        var sample = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance =>
            Task.Run(() => PoolSample.Read(pool, columns, labels, PoolSample.MostRows(columns), advance, context.Stopping), context.Stopping));
        context.Progress.Say($"{sample.Training.Count:N0} rows to learn from, {sample.Labelled:N0} of them labelled; {sample.Measured.Count:N0} to measure by");

        using var training = new ContrastiveRun(sample, request.Image, request.Steps, request.Seed, request.Device);
        for (var stage = 1; stage <= Stages; stage++)
        {
            if (training.EpochsUntil(stage, Stages) is > 0 and var epochs)
            {
                await context.Progress.RunAsync($"training, epochs to {training.Ended + epochs} of {training.Epochs}", epochs * training.StepsPerEpoch, "steps", advance =>
                    Task.Run(() => training.Advance(epochs, () => advance(1), context.Stopping), context.Stopping));
                var now = training.History[^1];
                context.Progress.Say(FormattableString.Invariant(
                    $"loss {now.TrainLoss:F3} nats; of {sample.Measured.Count:N0} altered copies {now.HoldoutAccuracy:P1} have their own row nearest"));
            }
        }

        var trained = training.Result();
        var model = new EmbeddingModel(
            trained.Network.Forward, ColumnScale.Learnt(trained.Network.Inputs, columns, [.. sample.Training.Select(row => row.Features)]), EmbeddingNetwork.Width,
            new ModelTraining(sample.Training.Count, sample.Measured.Count, request.Seed, trained.History.Count, trained.History.Count, trained.Score.Found, trained.Score.Loss, trained.Recipe),
            trained.History)
        { Classes = sample.Classes };
        var (folder, manifest) = EmbeddingPublisher.Publish(new ModelRegistry(request.Models), request.Task, model, context.Clock);
        return new EmbedSummary(
            Model: folder,
            Task: request.Task,
            Round: manifest.Round,
            Rows: sample.Training.Count,
            LabelledRows: sample.Labelled,
            MeasuredRows: sample.Measured.Count,
            CopiesFound: trained.Score.Found,
            CopiesFoundInFeatures: trained.FeatureScore.Found,
            Loss: trained.Score.Loss,
            Epochs: training.Epochs,
            Steps: training.Epochs * training.StepsPerEpoch,
            Sha256: manifest.Sha256,
            Seconds: context.Clock.GetElapsedTime(start).TotalSeconds);
    }

    private static void Check(PictureFormat? image, VectorColumn[] columns)
    {
        if (image is not { } shape)
        {
            return;
        }
        if (columns.Length != 1)
        {
            throw new UsageException($"--image {shape} is for one feature column, got {columns.Length} ({string.Join(", ", columns.Select(c => c.Name))}): choose one with --features");
        }
        if (!IsLargeEnough(shape))
        {
            throw new UsageException($"--image {shape} is too small to be shifted, expected sides of {LeastSide} or more: leave it out, and the rows are vectors");
        }
        if (shape.Numbers != columns[0].Width)
        {
            throw new UsageException($"--image {shape} has {shape.Numbers} values, column {columns[0].Name} holds {columns[0].Width}: give the shape of the column's images");
        }
    }

    private static bool IsLargeEnough(PictureFormat image) => Math.Min(image.Height, image.Width) >= LeastSide;
}

using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Preferences;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Preferences;

/// <summary>The flow of <c>trainer rank</c>: answers about pairs of a pool's rows to a published model that ranks rows.</summary>
internal static class RankRun
{
    /// <summary>Reads, trains, checks, publishes.</summary>
    /// <exception cref="UsageException">The request contradicts itself, the pool or the task.</exception>
    /// <exception cref="DataException">Preferences, shards or the trained model are not what they must be.</exception>
    public static async Task<RankSummary> ExecuteAsync(RankRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        request.Check();
        var (pool, registry, notes) = (ShardSet.Resolve(request.Pool), new ModelRegistry(request.Models), new List<string>());
        RequireTask(registry, request.Task);
        var columns = TrainColumns.Of(pool, TrainColumns.Encoded(pool, request.Features, request.Options.Network), optional: request.Options.Network.Tower is not null);
        var options = request.Options with { Network = RememberedImport.In(request.Options.Network, pool, columns) };
        var preferences = PreferenceFile.Read(request.Preferences, Tell);
        if (preferences.Count == 0)
        {
            throw new DataException($"no pair of {string.Join(", ", request.Preferences)} has an answer, expected {PreferenceAnswers.Expected} in the column answer: fill some in");
        }

        var (rows, known) = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance => Task.Run(() => ComparedRowReader.Read(pool, columns, preferences, advance, context.Stopping), context.Stopping));
        var set = PairSet.Of(columns, rows, known, request.Validation);
        context.Progress.Say($"{set.Training.Count:N0} answers about {set.Rows.Count:N0} rows to learn from, {set.Holdout.Count:N0} held out");
        var key = TrainingKey.Of("rank 1", options, new { request.Error, Columns = columns.Select(c => $"{c.Name} {c.Kind}"), set.Training, set.Holdout }, set.Rows);
        var progress = new ProgressFile(ProgressFile.PathOf("rank", request.Models, request.Task), key);
        var trained = await context.Progress.RunAsync("training", options.EpochsFor(set.Training.Count), "epochs", advance =>
            Task.Run(() => PairTraining.Execute(set, options, request.Error, _ => advance(1), Checkpoints.Of(progress, context), context.Stopping), context.Stopping));
        var inputs = ColumnScale.Learnt(ColumnOrigin.Named(trained.Network.Inputs, pool), columns, [.. set.Rows.Select(row => row.Features)]);
        var (folder, manifest) = RankPublisher.Publish(registry, request.Task, trained with { Network = trained.Network with { Inputs = inputs } }, options.Seed, context.Clock);
        progress.End();
        return new RankSummary(
            Model: folder,
            Task: request.Task,
            Round: manifest.Round,
            Rows: set.Rows.Count,
            Answers: set.Training.Count,
            Equal: known.Count(p => p.Answer == PreferenceAnswer.Equal),
            Incomparable: known.Count(p => p.Answer == PreferenceAnswer.Incomparable),
            HoldoutAnswers: set.Holdout.Count,
            HoldoutAgreement: trained.Best.HoldoutAccuracy,
            HoldoutLoss: trained.Best.HoldoutLoss,
            Epochs: trained.History.Count,
            BestEpoch: trained.Best.Number,
            Notes: notes,
            Sha256: manifest.Sha256,
            Seconds: context.Clock.GetElapsedTime(began).TotalSeconds);

        void Tell(string line)
        {
            notes.Add(line);
            context.Progress.Say(line);
        }
    }

    /// <summary>Rounds of one task are of one kind.</summary>
    private static void RequireTask(ModelRegistry registry, string task)
    {
        if (registry.Rounds(task) is [.., var newest] && ModelManifest.Read(StorageAddress.Join(newest.Folder, ModelManifest.FileName)) is { IsRanking: false })
        {
            throw new UsageException($"--task {task} has round {newest.Round}, which ranks no rows, expected a task of its own: choose another name");
        }
    }
}

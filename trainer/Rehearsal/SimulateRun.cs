using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>The flow of <c>trainer simulate</c>: labelled rows in; learning curves of every strategy, compared, out.</summary>
/// <remarks>Memory: pool and test rows once, and for each run at a time its labels, its model and the pool's scores.</remarks>
internal static class SimulateRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">Shards or labels are not what they must be, or a training diverged.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<(SimulateSummary Summary, SimulationRecord Record)> ExecuteAsync(SimulateOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        options.Check();
        var combinations = Combinations(options);
        var (poolShards, testShards) = (ShardSet.Resolve(options.Pool), ShardSet.Resolve(options.Test));
        options = options with { Training = RehearsalData.Remembering(options.Training, poolShards, options.Features) };
        var data = await RehearsalData.ReadAsync(poolShards, testShards, options.LabelColumn, options.NewClasses, options.Features, options.Training, context);
        var pool = data.Pool;
        var hierarchy = options.Hierarchy is null ? null : Hierarchy.Read(options.Hierarchy);
        var labels = options.Initial + (options.Rounds * options.Query);
        if (hierarchy is null ? labels > pool.Usable : options.Initial + options.Query > pool.Usable)
        {
            throw new UsageException($"--initial {options.Initial} and --rounds {options.Rounds} of --query {options.Query} make {labels} labels, the pool has {pool.Usable}: lower one of them");
        }
        var folder = new RunFolder(options.Out);
        using var alone = FolderHold.Take(options.Out);
        var written = folder.Open(from combination in combinations from seed in Enumerable.Range(0, options.Seeds) select (combination, seed));
        RunOne run = hierarchy is null ? new RoundLoop(options, data, context.Clock).Run : new AnswerLoop(options, data, hierarchy, context.Clock).Run;
        var key = OpenRuns.Key(
            options with { Pool = [], Test = [], Out = "", Strategies = [], Learn = [], Seeds = 0, Threads = 0, Hierarchy = options.Hierarchy is null ? null : ContentHash.Of(options.Hierarchy) }, poolShards.Concat(testShards));
        var (runs, reused) = await RunAllAsync(options, run, key, combinations, folder, context);

        var comparison = new Rehearsed(pool, runs, hierarchy is null ? Comparison.Labels : Comparison.Answers);
        var record = new SimulationRecord(
            SchemaVersion: 1,
            Options: options,
            PoolRows: pool.Rows.Count,
            TestRows: data.Test.Rows.Count,
            RejectedRows: data.Rejected,
            Classes: pool.Classes,
            Levels: comparison.Levels,
            Strategies: comparison.Strategies,
            Fewest: comparison.Fewest,
            SmallestBatch: SmallestBatch(options),
            Versions: RunVersions.Current())
        { Questions = comparison.Questions };
        folder.Write(runs, comparison.LabelOf);
        folder.Write(RehearsalPage.Of(record, comparison));
        folder.Write(record);
        written.Complete(RunFolder.RecordName);
        var summary = new SimulateSummary(
            Command: "simulate",
            Runs: runs.Count,
            RunsReused: reused,
            Labels: runs[0].Points[^1].Labels,
            Fewest: record.Fewest,
            Verdicts: record.Strategies.ToDictionary(s => s.Strategy, s => s.Verdict),
            SecondsPerRound: Math.Round(runs.Average(r => r.Points.Skip(1).Average(p => p.Seconds)), 3),
            Seconds: Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1),
            Curves: folder.Curves,
            Report: folder.Report);
        return (summary, record);
    }

    /// <summary>See <see cref="RoundLoop.Run"/>.</summary>
    private delegate Run RunOne(string key, Combination combination, int seed, int threads, Action<long> advance, CancellationToken stopping);

    private static int SmallestBatch(SimulateOptions options) =>
        Enumerable.Range(0, options.Rounds + 1).SelectMany(round => options.Training.Steps.Batches.Epoch(options.Initial + (round * options.Query), seed: 0, epoch: 0)).Min(batch => batch.Count);

    private static IReadOnlyList<Combination> Combinations(SimulateOptions options)
    {
        var learnings = options.Learn.Distinct().Select(learn => Learning.Parse(learn, options.Training.Augment.Strength)).ToList();
        if (learnings.FindIndex(l => l.Method == LearningMethod.Supervised) is not 0 and var at)
        {
            // Labels alone are what the others are compared with.
            learnings.Insert(0, at < 0 ? Learning.Parse(Learning.Supervised, options.Training.Augment.Strength) : learnings[at]);
        }
        if (options.Training.Network.PredictedLoss && learnings.Find(l => l.Method != LearningMethod.Supervised) is { } joint)
        {
            throw new UsageException($"--learn {joint.Name} is given with --learning-loss, expected one: a guess has no loss of its own to predict");
        }
        return Combination.Of(Strategies(options), [.. learnings.Distinct()]);
    }

    private static List<Strategy> Strategies(SimulateOptions options)
    {
        var asked = options.Strategies.Distinct().Select(Strategy.Parse).ToList();
        if (!options.Training.Network.PredictedLoss && asked.Find(s => s.NeedsPredictedLoss) is { } blind)
        {
            throw new UsageException($"--strategies {blind.Name} needs a network that predicts losses: add --learning-loss");
        }
        return asked.Exists(s => s.Name == Strategy.Random) ? asked : [Strategy.Parse(Strategy.Random), .. asked];
    }

    private static async Task<(IReadOnlyList<Run> Runs, int Reused)> RunAllAsync(
        SimulateOptions options, RunOne runOne, string key, IReadOnlyList<Combination> combinations, RunFolder folder, CommandContext context)
    {
        var plans = (from combination in combinations from seed in Enumerable.Range(0, options.Seeds) select (Combination: combination, Seed: seed)).ToArray();
        var runs = Array.ConvertAll(plans, plan => folder.Finished(key, plan.Combination, plan.Seed));
        var reused = runs.Count(r => r is not null);
        if (reused > 0)
        {
            context.Progress.Say($"{reused} of {runs.Length} runs are finished already");
        }
        // Seed by seed, so that an interrupted rehearsal has whole comparisons.
        var open = Enumerable.Range(0, runs.Length).Where(i => runs[i] is null).OrderBy(i => plans[i].Seed);
        await OpenRuns.FinishAsync(runs, open, options.Threads, new RunProgress("rehearsing", options.Rounds + 1, "rounds"), context, (place, threads, advance, stopping) =>
        {
            var run = runOne(key, plans[place].Combination, plans[place].Seed, threads, advance, stopping);
            folder.Write(run, plans[place].Combination);
            return run;
        });
        return ([.. runs.Select(r => r!)], reused);
    }
}

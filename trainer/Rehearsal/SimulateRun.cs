using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>The flow of <c>trainer simulate</c>: labelled rows in; learning curves of every strategy, compared, out.</summary>
/// <remarks>Memory: pool and test rows once, and for each run at a time its labels, its model and the pool's scores.</remarks>
internal static class SimulateRun
{
    // A run trains with two threads; more of them than runs at a time would wait for each other.
    private const int ThreadsPerRun = 2;

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
        var data = await RehearsalData.ReadAsync(poolShards, testShards, options.LabelColumn, options.Features, options.Training, context);
        var pool = data.Pool;
        var labels = options.Initial + (options.Rounds * options.Query);
        if (labels > pool.Usable)
        {
            throw new UsageException($"--initial {options.Initial} and --rounds {options.Rounds} of --query {options.Query} make {labels} labels, the pool has {pool.Usable}: lower one of them");
        }
        var folder = new RunFolder(options.Out);
        var written = folder.Open(from combination in combinations from seed in Enumerable.Range(0, options.Seeds) select (combination, seed));
        var loop = new RoundLoop(options, data, context.Clock);
        var (runs, reused) = await RunAllAsync(options, loop, Key(options, poolShards, testShards), combinations, folder, context);

        var comparison = new Rehearsed(pool, runs);
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
            Versions: RunVersions.Current());
        folder.Write(runs, comparison.LabelOf);
        folder.Write(RehearsalPage.Of(record, comparison));
        folder.Write(record);
        written.Complete(RunFolder.RecordName);
        var summary = new SimulateSummary(
            Command: "simulate",
            Runs: runs.Count,
            RunsReused: reused,
            Labels: labels,
            Fewest: record.Fewest,
            Verdicts: record.Strategies.ToDictionary(s => s.Strategy, s => s.Verdict),
            SecondsPerRound: Math.Round(runs.Average(r => r.Points.Skip(1).Average(p => p.Seconds)), 3),
            Seconds: Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1),
            Curves: folder.Curves,
            Report: folder.Report);
        return (summary, record);
    }

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

    /// <summary>Of everything that decides a run but its strategy and seed.</summary>
    private static string Key(SimulateOptions options, ShardSet pool, ShardSet test)
    {
        var deciding = options with { Pool = [], Test = [], Out = "", Strategies = [], Learn = [], Seeds = 0, Threads = 0 };
        string[] parts = [JsonSerializer.Serialize(deciding), JsonSerializer.Serialize(RunVersions.Current()), .. pool.Concat(test).Select(s => ContentHash.Of(s.Path))];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    private static async Task<(IReadOnlyList<Run> Runs, int Reused)> RunAllAsync(
        SimulateOptions options, RoundLoop loop, string key, IReadOnlyList<Combination> combinations, RunFolder folder, CommandContext context)
    {
        var runs = (from combination in combinations from seed in Enumerable.Range(0, options.Seeds) select (Combination: combination, Seed: seed, Finished: folder.Finished(key, combination, seed))).ToArray();
        var reused = runs.Count(r => r.Finished is not null);
        if (reused > 0)
        {
            context.Progress.Say($"{reused} of {runs.Length} runs are finished already");
        }
        var atOnce = Math.Max(1, options.Threads / ThreadsPerRun);
        await context.Progress.RunAsync("rehearsing", (long)(runs.Length - reused) * (options.Rounds + 1), "rounds", async advance =>
        {
            // Seed by seed, so that an interrupted rehearsal has whole comparisons.
            var open = Enumerable.Range(0, runs.Length).Where(i => runs[i].Finished is null).OrderBy(i => runs[i].Seed);
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = context.Stopping }, (i, stopping) =>
            {
                var run = loop.Run(key, runs[i].Combination, runs[i].Seed, Math.Max(1, options.Threads / atOnce), advance, stopping);
                folder.Write(run, runs[i].Combination);
                runs[i].Finished = run;
                return ValueTask.CompletedTask;
            });
            return 0;
        });
        return ([.. runs.Select(r => r.Finished!)], reused);
    }
}

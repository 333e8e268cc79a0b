using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Studies;

/// <summary>The flow of <c>trainer study</c>: labelled rows in; the accuracies of a grid of trainings, compared, out.</summary>
/// <remarks>Memory: pool and test rows once, and for each training at a time its rows and its model.</remarks>
internal static class StudyRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">Shards, labels or a start are not what they must be, or a training diverged.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<(StudySummary Summary, StudyRecord Record)> ExecuteAsync(StudyOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        options.Check();
        var (starts, learnings) = (options.StartsOf(), options.Learnings());
        var (pool, test) = (ShardSet.Resolve(options.Pool), ShardSet.Resolve(options.Test));
        options = options with { Training = RehearsalData.Remembering(options.Training, pool, options.Features) };
        var data = await RehearsalData.ReadAsync(pool, test, options.LabelColumn, options.Features, options.Training, context);
        Require(options, starts, data);
        // Seed by seed, so that an interrupted study has whole comparisons.
        StudyCell[] cells = [.. from seed in Enumerable.Range(0, options.Seeds) from learning in learnings from labels in options.LabelsPerRun.Distinct() from of in starts select new StudyCell(of, learning, labels, seed)];
        var folder = new StudyFolder(options.Out);
        var written = folder.Open(cells);
        var key = OpenRuns.Key(options with { Pool = [], Test = [], Out = "", LabelsPerRun = [], Starts = [], Augment = [], Learn = [], Seeds = 0, PretrainSteps = 0, Threads = 0 }, pool.Concat(test));
        var results = Array.ConvertAll(cells, cell => folder.Finished(cell, KeyOf(cell)));
        var reused = results.Count(r => r is not null);
        if (reused > 0)
        {
            context.Progress.Say($"{reused} of {cells.Length} trainings are finished already");
        }
        for (var seed = 0; seed < options.Seeds; seed++)
        {
            int[] open = [.. Enumerable.Range(0, cells.Length).Where(i => results[i] is null && cells[i].Seed == seed)];
            var given = new Dictionary<StudyStart, ModelPackage?>();
            foreach (var of in open.Select(i => cells[i].Start).Distinct())
            {
                given[of] = of.Method is { } method ? await PretrainedAsync(options, method, (ulong)seed, key, folder, context) : of.Related;
            }
            await OpenRuns.FinishAsync(results, open, options.Threads, $"training, seed {seed + 1} of {options.Seeds}", 1, "trainings", context, (place, threads, advance, stopping) =>
            {
                var result = Train(options, data, cells[place], given[cells[place].Start], KeyOf(cells[place]), threads, context.Clock, stopping);
                folder.Write(result, cells[place]);
                advance(1);
                return result;
            });
        }
        CellResult[] all = [.. results.Select(r => r!)];
        var grid = new Grid(all);
        var record = RecordOf(options, data, grid);
        folder.Write(all);
        folder.Write(StudyPage.Of(record, grid));
        folder.Write(record);
        written.Complete(StudyFolder.RecordName);
        return (
            new StudySummary("study", all.Length, reused, options.Seeds, record.Starts.ToDictionary(s => s.Start, s => s.Verdict), record.Best, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1), folder.Cells, folder.Report),
            record);

        string KeyOf(StudyCell cell) => $"{key} {cell.Start.Identity(options.PretrainSteps)}";
    }

    /// <summary>Refuses what would fail after hours.</summary>
    private static void Require(StudyOptions options, IReadOnlyList<StudyStart> starts, RehearsalData data)
    {
        if (options.LabelsPerRun.Max() is var most && most > data.Pool.Usable)
        {
            throw new UsageException($"--labels-per-run asks for {most}, the pool has {data.Pool.Usable} labelled rows: lower it");
        }
        foreach (var package in starts.Select(s => s.Related).OfType<ModelPackage>())
        {
            FirstWeights.In(NetworkBuilder.Build(options.Training.Network, data.Columns, data.Pool.Classes.Count, data.Standardisation, seed: 0), package);
        }
    }

    /// <summary>A start that has learnt from the pool without labels: the one that is there, or a new one.</summary>
    private static async Task<ModelPackage> PretrainedAsync(StudyOptions options, string method, ulong seed, string key, StudyFolder folder, CommandContext context)
    {
        var task = $"{method}-{options.PretrainSteps}-seed-{seed}-{key[..12]}";
        if (new ModelRegistry(folder.Models).Rounds(task) is [.., var newest])
        {
            return ModelPackage.Open(newest.Folder);
        }
        context.Progress.Say($"start {method}, seed {seed}: learning from the pool without labels");
        var summary = await PretrainRun.ExecuteAsync(
            new PretrainRequest(task, options.Pool)
            {
                Method = method,
                Features = options.Features,
                Network = options.Training.Network,
                Steps = options.PretrainSteps,
                Augment = new() { Strength = PretrainRequest.DefaultStrength, NoFlip = options.NoFlip },
                Seed = seed,
                Models = folder.Models,
            },
            context);
        return ModelPackage.Open(summary.Model);
    }

    private static CellResult Train(StudyOptions options, RehearsalData data, StudyCell cell, ModelPackage? given, string key, int threads, TimeProvider clock, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        var training = options.Training with
        {
            Seed = (ulong)cell.Seed,
            FirstWeights = given,
            Augment = new() { Strength = cell.Learning.Strength, NoFlip = options.NoFlip && cell.Learning.Strength != AugmentStrength.None },
        };
        var trained = data.Train(data.Pool.Drawn((ulong)cell.Seed, cell.Labels), training, cell.Learning.Method, stopping);
        var (score, _) = new Predictor(data, trained, threads).Test(stopping);
        return new CellResult(key, cell.Place, cell.Seed, score, Math.Round(clock.GetElapsedTime(began).TotalSeconds, 2));
    }

    private static StudyRecord RecordOf(StudyOptions options, RehearsalData data, Grid grid) => new(
        SchemaVersion: 1,
        Options: options,
        PoolRows: data.Pool.Rows.Count,
        TestRows: data.Test.Rows.Count,
        RejectedRows: data.Rejected,
        Classes: data.Pool.Classes.Count,
        Cells: [.. grid.Starts.SelectMany(grid.Places).Select(p => new PlaceFinding(p, grid.Accuracy(p), p.Start == StudyStart.Scratch ? null : grid.OfStart(p).Gain))],
        Starts: [.. grid.Starts.Skip(1).Select(s => StartOf(grid, s))],
        Best: [.. grid.Labels.Select(l => BestOf(grid, l))],
        Versions: RunVersions.Current());

    private static StartFinding StartOf(Grid grid, string start)
    {
        var all = grid.OfStart(start, _ => true);
        var places = grid.Places(start).Select(p => (Place: p, Effect: grid.OfStart(p))).OrderByDescending(p => p.Effect.Gain.Value).ToList();
        return new StartFinding(start, all.Gain, all.Verdict, $"{places[0].Effect.Points} with {places[0].Place.Setting}", $"{places[^1].Effect.Points} with {places[^1].Place.Setting}");
    }

    private static BestPlace BestOf(Grid grid, int labels)
    {
        var best = grid.Best(labels);
        return new BestPlace(best, grid.Accuracy(best), grid.Augments.Max(a => grid.Accuracy(new CellPlace(grid.Starts[0], a, grid.Learns[0], labels))));
    }
}

using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.SemiSupervised;
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
        var (starts, learnings, strengths) = (options.StartsOf(), options.Learnings(), options.Strengths());
        var (pool, test, others) = (ShardSet.Resolve(options.Pool), ShardSet.Resolve(options.Test), options.Related.Count > 0 ? ShardSet.Resolve(options.Related) : null);
        options = options with { Training = RehearsalData.Remembering(options.Training, pool, options.Features) };
        var data = await RehearsalData.ReadAsync(pool, test, options.LabelColumn, options.NewClasses, options.Features, options.Training, context);
        Require(options, starts, learnings, data, pool);
        if (others is not null)
        {
            ColumnOrigin.RequireAlike(pool, others, data.Columns);
        }
        var related = others is null ? null : await RelatedTraining.ReadAsync(others, data, options.LabelColumn, options.Training.Steps.BatchRows, context);
        // Seed by seed, so that an interrupted study has whole comparisons.
        StudyCell[] cells = [.. from seed in Enumerable.Range(0, options.Seeds) from learning in learnings from strength in strengths from labels in options.LabelsPerRun.Distinct() from of in starts select new StudyCell(of, learning, strength, labels, seed)];
        var folder = new StudyFolder(options.Out);
        using var alone = FolderHold.Take(options.Out);
        var written = folder.Open(cells);
        var key = OpenRuns.Key(options with { Pool = [], Test = [], Related = [], Out = "", LabelsPerRun = [], Starts = [], Augment = [], Learn = [], Seeds = 0, PretrainSteps = 0, Threads = 0 }, pool.Concat(test));
        var relatedKey = others is null ? "" : OpenRuns.Key(StudyLearning.Joint, others);
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
            await OpenRuns.FinishAsync(results, open, options.Threads, new RunProgress($"training, seed {seed + 1} of {options.Seeds}", 1, "trainings"), context, (place, threads, advance, stopping) =>
            {
                var (cell, began) = (cells[place], context.Clock.GetTimestamp());
                var score = Train(options, data, related, cell, given[cell.Start], threads, stopping);
                var result = new CellResult(KeyOf(cell), cell.Place, cell.Seed, score, Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 2));
                folder.Write(result, cell);
                advance(1);
                return result;
            });
        }
        CellResult[] all = [.. results.Select(r => r!)];
        var grid = new Grid(all);
        var record = RecordOf(options, data, grid, [.. starts.Where(s => s.Method is not null).Select(s => LearntBy(options, s.Method!, key, folder)).OfType<LearntStart>()]);
        folder.Write(all);
        folder.Write(StudyPage.Of(record, grid));
        folder.Write(record);
        written.Complete(StudyFolder.RecordName);
        return (
            new StudySummary("study", all.Length, reused, options.Seeds, record.Findings.ToDictionary(f => $"{f.Kind} {f.Name}", f => f.Verdict), record.Best, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1), folder.Cells, folder.Report),
            record);

        string KeyOf(StudyCell cell) => $"{key} {cell.Start.Identity(options.PretrainSteps)}{(cell.Learning.Method is null ? $" {relatedKey}" : "")}";
    }

    /// <summary>Refuses what would fail after hours.</summary>
    private static void Require(StudyOptions options, IReadOnlyList<StudyStart> starts, IReadOnlyList<StudyLearning> learnings, RehearsalData data, ShardSet pool)
    {
        if (options.LabelsPerRun.Max() is var most && most > data.Pool.Usable)
        {
            throw new UsageException($"--labels-per-run asks for {most}, the pool has {data.Pool.Usable} labelled rows: lower it");
        }
        var network = NetworkBuilder.Build(options.Training.Network, data.Columns, data.Pool.Classes.Count, data.Standardisation, seed: 0);
        foreach (var start in starts)
        {
            if (start.Related is { } package)
            {
                FirstWeights.In(network, package, "--starts related:");
                ColumnOrigin.Require(package.Manifest?.Inputs ?? [], package.Path, pool, data.Columns);
            }
            else if (start.Method is not null && options.Training.Network.Tower is not null)
            {
                throw new UsageException($"--starts {start.Name}: the network has towers, expected one without: its layers cannot learn from rows without labels");
            }
        }
        foreach (var learning in learnings.Where(l => l.Method is not LearningMethod.Supervised))
        {
            if (learning.Method is { } method)
            {
                new SemiSupervisedOptions { Method = method }.Check(network);
            }
            else if (network.Heads.Count > 1 || network.LossTaps.Count > 0)
            {
                throw new UsageException($"--learn {learning.Name}: the network has {network.Heads.Count} heads{(network.LossTaps.Count > 0 ? " and predicts losses" : "")}, expected one head alone: give a network without towers");
            }
        }
    }

    /// <summary>What a method's models in the folder came to; null where there are none.</summary>
    private static LearntStart? LearntBy(StudyOptions options, string method, string key, StudyFolder folder)
    {
        double[] shares = [.. Enumerable.Range(0, options.Seeds).Select(seed => Pretrained(options, method, (ulong)seed, key, folder)).OfType<ModelPackage>().Select(p => p.Manifest!.Training.HoldoutAccuracy)];
        return shares.Length > 0 ? new LearntStart(method, shares.Average(), shares.Length) : null;
    }

    private static ModelPackage? Pretrained(StudyOptions options, string method, ulong seed, string key, StudyFolder folder) =>
        new ModelRegistry(folder.Models).Rounds(TaskOf(options, method, seed, key)) is [.., var newest] ? ModelPackage.Open(newest.Folder) : null;

    private static string TaskOf(StudyOptions options, string method, ulong seed, string key) => $"{method}-{options.PretrainSteps}-seed-{seed}-{key[..12]}";

    /// <summary>A start that has learnt from the pool without labels: the one that is there, or a new one.</summary>
    private static async Task<ModelPackage> PretrainedAsync(StudyOptions options, string method, ulong seed, string key, StudyFolder folder, CommandContext context)
    {
        if (Pretrained(options, method, seed, key, folder) is { } before)
        {
            return before;
        }
        context.Progress.Say($"start {method}, seed {seed}: learning from the pool without labels");
        var summary = await PretrainRun.ExecuteAsync(
            new PretrainRequest(TaskOf(options, method, seed, key), options.Pool)
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

    /// <exception cref="DataException">Says which training it was.</exception>
    private static TestScore Train(StudyOptions options, RehearsalData data, PoolSample? related, StudyCell cell, ModelPackage? given, int threads, CancellationToken stopping)
    {
        var training = options.Training with
        {
            Seed = (ulong)cell.Seed,
            FirstWeights = given,
            Augment = new() { Strength = cell.Strength, NoFlip = options.NoFlip && cell.Strength != AugmentStrength.None },
        };
        var rows = data.Pool.Drawn((ulong)cell.Seed, cell.Labels);
        try
        {
            var trained = cell.Learning.Method is { } method ? data.Train(rows, training, method, stopping) : RelatedTraining.Execute(data.Split(rows), related!, training, data.Standardisation, stopping);
            return new Predictor(data, trained, threads).Test(stopping).Score;
        }
        catch (DataException e)
        {
            throw new DataException($"{cell.Place.Setting}, seed {cell.Seed}: {e.Message} (finished trainings stay: leave this one out of the grid and run again)", e);
        }
    }

    private static StudyRecord RecordOf(StudyOptions options, RehearsalData data, Grid grid, IReadOnlyList<LearntStart> learnt) => new(
        SchemaVersion: 1,
        Options: options,
        PoolRows: data.Pool.Rows.Count,
        TestRows: data.Test.Rows.Count,
        RejectedRows: data.Rejected,
        Classes: data.Pool.Classes.Count,
        Cells: [.. grid.Places.Select(p => new PlaceFinding(p, grid.Accuracy(p), p.Start == StudyStart.Scratch ? null : grid.Of(grid.Starts, p)))],
        Findings: [.. from factor in grid.Factors from value in factor.Others select FindingOf(grid, factor, value)],
        Best: [.. grid.Labels.Select(l => BestOf(grid, l))],
        Learnt: learnt,
        Versions: RunVersions.Current());

    private static Finding FindingOf(Grid grid, Factor factor, string value)
    {
        var all = grid.Of(factor, value, _ => true);
        var places = grid.Places.Where(p => factor.Of(p) == value).Select(p => (Place: p, Effect: grid.Of(factor, p))).OrderByDescending(p => p.Effect.Gain).ToList();
        return new Finding(factor.Name, value, factor.Base, all, all.Verdict, $"{places[0].Effect.Points} with {places[0].Place.Setting}", $"{places[^1].Effect.Points} with {places[^1].Place.Setting}");
    }

    private static BestPlace BestOf(Grid grid, int labels)
    {
        var best = grid.Best(p => p.Labels == labels);
        return new BestPlace(best, grid.Accuracy(best), grid.Augments.Values.Max(a => grid.Accuracy(new CellPlace(grid.Starts.Base, a, grid.Learns.Base, labels))));
    }
}

using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Scoring;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Statistics;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Purging;

/// <summary>The flow of <c>scorer evaluate</c>: model and test split → predictions, dropout off → accuracies and their difference.</summary>
internal sealed class EvaluateRun
{
    private const int BatchRows = 2048;
    private readonly EvaluateOptions options;
    private readonly CommandContext context;
    private readonly Committee committee;
    private readonly Dictionary<string, int> classes;
    private readonly Dictionary<string, string?> spelled = new(StringComparer.Ordinal); // The class that a label names.
    private long skipped;

    private EvaluateRun(EvaluateOptions options, CommandContext context, Committee committee, IEnumerable<string> classes)
    {
        (this.options, this.context, this.committee) = (options, context, committee);
        this.classes = classes.Index().ToDictionary(of => of.Item, of => of.Index);
    }

    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="DataException">The model or a shard is not what it must be, or a label is none of the model's classes.</exception>
    public static async Task<EvaluateSummary> ExecuteAsync(EvaluateOptions options, CommandContext context)
    {
        Check(options);
        var package = ModelPackage.Open(options.Model).With(options.Output);
        ScoringModel.RequireClasses(package);
        var test = ShardSet.Resolve(options.Test);
        (package, var features) = MadeInputs.Fed(package, test, options.Features, context.Progress.Say);
        var inputs = FeatureInput.Bind(package, test, features);
        using var committee = Committee.Compile(package, inputs, passes: 0, seed: 0);
        var classes = package.Manifest?.Classes ?? committee.Output.Classes ?? [.. Enumerable.Range(0, committee.Classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        return classes.Count == committee.Classes
            ? await new EvaluateRun(options, context, committee, classes).RunAsync(package, test)
            : throw new DataException($"the manifest beside {package.Path} names {classes.Count} classes, the model gives {committee.Classes} logits: publish the model again");
    }

    private async Task<EvaluateSummary> RunAsync(ModelPackage package, ShardSet test)
    {
        var removed = options.Removed is { } list ? TextTable.Read(list, "id").Select(row => row[0]).ToHashSet(StringComparer.Ordinal) : null;
        var learnt = Learnt(package); // A file that cannot be read is told before anything is predicted.
        var right = await PredictAsync("evaluating test", test);
        var clean = options.Clean.Count > 0 ? await PredictAsync("evaluating clean", ShardSet.Resolve(options.Clean))
            : removed is not null ? Without(right, removed)
            : null;
        var counts = new long[8];
        foreach (var (id, isRight) in right)
        {
            counts[4 + (clean?.ContainsKey(id) == true ? 2 : 0) + (isRight ? 1 : 0)]++;
        }
        foreach (var (_, isRight) in (clean ?? []).Where(row => !right.ContainsKey(row.Key)))
        {
            counts[2 + (isRight ? 1 : 0)]++;
        }
        var interval = clean is null ? null : await Task.Run(() => Bootstrap.Difference(counts, options.Seed, options.Resamples));
        return new EvaluateSummary(
            Command: "evaluate",
            Model: StorageAddress.Full(package.Path),
            Test: Bootstrap.In(counts, 4),
            Clean: clean is null ? null : Bootstrap.In(counts, 2),
            Leaked: clean is null ? null : Accuracy.Of(counts[4] + counts[5], counts[5]),
            Difference: clean is null ? null : Bootstrap.Difference(counts),
            Interval: interval,
            Learnt: learnt is null ? null : Share(right.Where(row => learnt.Contains(row.Key))),
            Others: learnt is null ? null : Share(right.Where(row => !learnt.Contains(row.Key))),
            Seed: options.Seed,
            Resamples: options.Resamples,
            Skipped: skipped);
    }

    private static IReadOnlySet<string>? Learnt(ModelPackage package) =>
        package.Manifest is not null && StorageAddress.Join(StorageAddress.FolderOf(StorageAddress.Full(package.Path)), ModelRegistry.LearntFileName) is var file && StoredFiles.Exists(file) ? LabelFile.ReadIds([file]) : null;

    private static Accuracy Share(IEnumerable<KeyValuePair<string, bool>> rows)
    {
        var (all, right) = (0L, 0L);
        foreach (var (_, isRight) in rows)
        {
            (all, right) = (all + 1, right + (isRight ? 1 : 0));
        }
        return Accuracy.Of(all, right);
    }

    private static void Check(EvaluateOptions options)
    {
        if (options.Clean.Count > 0 && options.Removed is not null)
        {
            throw new UsageException("--clean and --removed are both given, expected one: the clean shards, or the list of rows they lack");
        }
        OptionRange.AtLeast(1).Require("--resamples", options.Resamples);
        OptionRange.AtLeast(1).Require("--threads", options.Threads);
    }

    /// <summary>Whether each row, by its id, is predicted right.</summary>
    private async Task<Dictionary<string, bool>> PredictAsync(string what, ShardSet shards)
    {
        var right = new Dictionary<string, bool>(StringComparer.Ordinal);
        shards.RequireColumns(new RowSchema([.. committee.Inputs.SelectMany(i => i.Columns).Distinct()]));
        var labels = new LabelReader(shards, options.LabelColumn);
        await context.Progress.RunAsync(what, shards.CountRows(), "rows", async advance =>
        {
            using (labels)
            {
                using var pipeline = new ScorePipeline(committee, BatchRows, options.Threads);
                await pipeline.RunAsync(
                    shards,
                    batch =>
                    {
                        Count(batch.Rows, batch.Scores, labels.Next(batch.Shard, batch.Rows.Count), batch.Shard, right);
                        advance(batch.Rows.Count);
                    },
                    context.Stopping);
            }
            return 0;
        });
        return right;
    }

    private void Count(RowBatch rows, ScoreBatch scores, string?[] labels, Shard shard, Dictionary<string, bool> right)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Faults[row] != RowFaults.None || labels[row] is not { } label)
            {
                skipped++;
                continue;
            }
            var place = $"{shard.Path}: row {rows.FirstRow + row}";
            if (!spelled.TryGetValue(label, out var name))
            {
                spelled[label] = name = ClassNames.Of(classes.Keys, [label]).Of(label);
            }
            if (name is null)
            {
                skipped++;
                continue;
            }
            var known = classes.TryGetValue(name, out var wanted)
                ? wanted
                : throw new DataException($"{place}: label {label} is none of the model's {classes.Count} classes ({string.Join(", ", classes.Keys.Take(5))}, ...): evaluate the model on the classes it was trained on");
            if (!right.TryAdd(rows.Ids[row], scores.Predicted[row] == known))
            {
                throw new DataException($"{place}: id {rows.Ids[row]} stands twice, expected each once, for splits are compared by ids: give the rows other ids");
            }
        }
    }

    private Dictionary<string, bool> Without(Dictionary<string, bool> right, HashSet<string?> ids) =>
        ids.FirstOrDefault(id => id is null || !right.ContainsKey(id)) is { } stranger
            ? throw new DataException($"{options.Removed} names {stranger}, which is no usable row of the test split: give the shards that were purged")
            : right.Where(row => !ids.Contains(row.Key)).ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
}

using System.Text;
using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Pictures;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>The flow of <c>scorer compare</c>: a pool and a model that ranks rows to a ranking and the pairs that people are to compare.</summary>
internal static class CompareRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The pool, the model or the answers are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<CompareSummary> ExecuteAsync(CompareOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var strategy = Check(options);
        var answered = options.Exclude.Count > 0 ? PreferenceFile.Read(options.Exclude, CommandContext.Tell) : [];
        var shards = ShardSet.Resolve(options.Pool);
        using var model = options.Model is { } path ? RankingModel.Open(path, shards, options.Passes, options.Seed) : null;
        using var output = new OutputFolder(options.Out, CompareFiles.RecordName, [.. CompareFiles.Names]);
        var made = new Provenance("scorer compare");
        var files = new CompareFiles(output.Path, model is null ? made : made.Of(model.Package.Sha256, options.Seed, options.Passes));
        var (fields, rowsShown) = Shown(options, model, shards);

        OutputRule.Require(new Place("--out", options.Out), [.. shards.Select(shard => shard.Path), .. model is null ? Array.Empty<string>() : [model.Package.Path], .. options.Exclude]);
        output.Open(CompareFiles.Names, files.Knows, context.Stopping);
        files.Open();
        var pool = new ComparedPool(shards, model, options.Candidates, options.Seed);
        var progress = new CompareProgress(files.Progress, KeyOf(options, model), context.Clock, CompareProgress.Usual);
        await context.Progress.WorkAsync(model is null ? "reading rows" : "scoring rows", shards.CountRows(), "rows", advance => Read(pool, model is not null, progress, files, advance, context));
        var rows = pool.Drawn;
        if (rows.Count < 2)
        {
            throw new DataException($"the pool has {pool.Rows} usable rows and {pool.Rejected} others, expected two or more to compare{RejectReasons.Commonest(files.Rejects)}: look into {files.Rejects}, or name other shards");
        }
        var pairs = await context.Progress.WorkAsync("choosing pairs", options.Top, "pairs", advance =>
        {
            var found = PairQuery.Of(rows, strategy, options, answered.Select(p => p.Pair), context.Stopping);
            advance(found.Count);
            return found;
        });
        files.WritePairs(pairs);
        if (fields is not null)
        {
            await context.Progress.WorkAsync("writing tasks", pairs.Count, "tasks", advance =>
            {
                PairTasks.Write(files.Tasks, pairs, fields, rowsShown, advance, context.Stopping);
                return pairs.Count;
            });
            WholeFile.Write(files.Interface, stream => stream.Write(Encoding.UTF8.GetBytes(PairTasks.Interface(fields.Named, options.Question))));
        }
        var record = new CompareRecord(
            SchemaVersion: 1,
            Model: model?.Described,
            Passes: model is null ? 0 : options.Passes,
            Seed: options.Seed,
            Strategy: Name(strategy),
            Rows: pool.Rows,
            Rejected: pool.Rejected,
            Candidates: rows.Count,
            PerRow: options.PerRow,
            Answered: answered.Select(p => p.Pair).Distinct().Count(),
            Asked: options.Top,
            Pairs: pairs.Count,
            HasTasks: fields is not null,
            Versions: RunVersions.Current());
        files.WriteRecord(record);
        progress.Remove();
        output.Complete(context.Stopping);
        return CompareSummary.Of(record, new CompareFiles(options.Out), context.Clock.GetElapsedTime(start));
    }

    /// <returns>How pairs are chosen.</returns>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    private static PairStrategy Check(CompareOptions options)
    {
        CompareOptions.Ranges.Require(options);
        var strategy = options.Strategy ?? (options.Model is null ? PairStrategy.Random : PairStrategy.Variance);
        if (strategy == PairStrategy.Variance && options.Model is null)
        {
            throw new UsageException("--strategy variance is given without --model, expected both: it chooses by what a model of 'trainer rank' is unsure of; before the first take --strategy random");
        }
        return strategy;
    }

    /// <summary>A strategy as options and records call it.</summary>
    private static string Name(PairStrategy strategy) => strategy.ToString().ToLowerInvariant();

    /// <summary>Reads the pool, from where a killed run was, and writes its rows in the order of their scores, where there are any.</summary>
    private static long Read(ComparedPool pool, bool isScored, CompareProgress progress, CompareFiles files, Action<long> advance, CommandContext context)
    {
        if (progress.Resume(pool, context.Stopping) is > 0 and var before)
        {
            context.Progress.Say($"a run that was killed is gone on from: {before:N0} rows are read");
            advance(before);
        }
        var made = new Provenance("scorer compare");
        progress.Finish(pool, made, advance, context.Stopping);
        using var rejects = new RejectsFile(files.Rejects, made);
        foreach (var part in progress.Rejects)
        {
            rejects.Append(part);
        }
        rejects.Complete();
        if (isScored)
        {
            files.WriteRanked(progress.Scores);
        }
        return pool.Rows;
    }

    /// <summary>Of all that decides a row's scores, and which rows are drawn.</summary>
    private static string KeyOf(CompareOptions options, RankingModel? model) => JsonSerializer.Serialize(new
    {
        Model = model?.Package.Sha256,
        Inputs = model?.Committee.Inputs.Select(i => new { i.Name, i.Columns }),
        options.Passes,
        options.Candidates,
        options.Seed,
        Rows = RowColumns.Said,
        Versions = RunVersions.Current(),
    });

    /// <summary>What people are shown of a row; nothing where the pool has neither texts nor pictures.</summary>
    private static (ShownFields? Fields, AskedRowReader Rows) Shown(CompareOptions options, RankingModel? model, ShardSet shards)
    {
        if (options.Image is { } image)
        {
            PictureFormat.Parse(image);
        }
        var picture = PictureColumn.Find(options.Image, model?.Package, [.. model?.Package.Manifest?.Inputs.SelectMany(i => i.Columns) ?? []], shards);
        var first = shards.SelectMany(shard => ShownRows.Read(shard, [0])).FirstOrDefault() ?? throw new DataException($"{string.Join(' ', options.Pool)} has no rows, expected some to compare: name the shards of the pool");
        return (ShownFields.Of(first, options.Columns, options.ImagePrefix, picture), ShownFields.Reader(shards, picture));
    }
}

using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>The flow of <c>scorer score</c>: pool and model in; scores, ranked files, rejects and a record out.</summary>
public static class ScoreRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The model or a shard is not what it must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<ScoreSummary> ExecuteAsync(ScoreOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        Check(options);
        var by = ScoreColumn.Named(options.RankBy, options.Passes);
        var package = ModelPackage.Open(options.Model);
        var shards = ShardSet.Resolve(options.Pool);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();
        using var committee = Committee.Compile(package, FeatureInput.Bind(package, shards, options.Features), options.Passes, options.Seed, options.Masks, options.Device);

        var halves = by.HasHalves(options.Passes);
        var folder = new ScoreFolder(options.Out);
        folder.Open();
        using var writer = new ScoreWriter(folder, Classes(package, committee), by == ScoreColumn.Random ? options.Seed : null);
        var scoringStart = context.Clock.GetTimestamp();
        await context.Progress.RunAsync("scoring", shards.CountRows(), "rows", async advance =>
        {
            var pipeline = new ScorePipeline(committee, options.Passes, halves ? by : null, options.BatchRows, options.Threads);
            await pipeline.RunAsync(
                shards,
                batch =>
                {
                    writer.Write(batch);
                    advance(batch.Rows.Count);
                },
                context.Stopping);
            return 0;
        });
        var scoringSeconds = context.Clock.GetElapsedTime(scoringStart).TotalSeconds;

        IReadOnlyList<string> files = [.. shards.Select(folder.Scores)];
        long repeated = 0;
        foreach (var duplicate in DuplicateIds.Find(files, folder.Rejects))
        {
            writer.Reject(duplicate.Id, duplicate.Shard, duplicate.Row, $"id stands already in {duplicate.FirstShard}, row {duplicate.FirstRow}");
            repeated++;
        }
        writer.Complete();
        context.Stopping.ThrowIfCancellationRequested();
        var ranked = Ranker.Write(files, by, ScoreColumn.For(options.Passes), options.Top, excluded, repeated > 0, folder.Ranked, folder.RankedCsv);

        folder.RemoveOtherScores(shards);
        var stability = halves ? RankStability.Of(files, by, options.Passes, options.Top, writer.Rows - writer.Rejected + repeated, folder.Ranked) : null;
        var counts = new RunCounts(shards.Count, writer.Rows, ranked, writer.Rejected, repeated, excluded.Count);
        var record = new RunRecord(
            1, new RunModel(package.Path, package.Sha256, package.Manifest?.Task, package.Manifest?.Round), options.Seed, options.Passes, options.Masks.ToString().ToLowerInvariant(),
            by.Name, options.Top, options.Device.ToString().ToLowerInvariant(), options.Threads, options.BatchRows, committee.TileRows,
            RunPlan.Of(committee.Plan), counts, stability, new RunTimes(scoringSeconds, writer.Rows / scoringSeconds), RunVersions.Current());
        record.Write(folder.RunRecord);
        return new ScoreSummary(
            "score", counts.Rows, ranked, counts.Rejected, repeated, by.Name,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), Math.Round(record.Times.RowsPerSecond), stability is null ? null : Math.Round(stability.Spearman, 3), stability is null ? null : Math.Round(stability.TopOverlap, 3), folder.Ranked, folder.RankedCsv, folder.Rejects);
    }

    private static void Check(ScoreOptions options)
    {
        RequireAtLeast("--passes", options.Passes, 0);
        RequireAtLeast("--batch-rows", options.BatchRows, 1);
        RequireAtLeast("--threads", options.Threads, 1);
        RequireAtLeast("--top", options.Top ?? 1, 1);
    }

    private static void RequireAtLeast(string option, int value, int least)
    {
        if (value < least)
        {
            throw new UsageException($"{option} is {value}, expected at least {least}");
        }
    }

    private static IReadOnlyList<string> Classes(ModelPackage package, Committee committee) =>
        package.Manifest is null ? [.. Enumerable.Range(0, committee.Classes).Select(c => c.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        : package.Manifest.Classes.Count == committee.Classes ? package.Manifest.Classes
        : throw new DataException($"the manifest beside {package.Path} names {package.Manifest.Classes.Count} classes, the model gives {committee.Classes} logits: publish the model again");
}

using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Scoring;

/// <summary>The flow of <c>scorer score</c>: pool and model in; scores, ranked files, rejects and a record out.</summary>
internal static class ScoreRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The model or a shard is not what it must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<ScoreSummary> ExecuteAsync(ScoreOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var by = Check(options);
        var package = ModelPackage.Open(options.Model).With(options.Output);
        var pool = ShardSet.Resolve(options.Pool);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();
        using var model = ScoringModel.Of(package, pool, options, by, context.Progress.Say);

        using var output = new OutputFolder(options.Out, ScoreFolder.RunRecordName, ScoreFolder.Owned);
        var folder = new ScoreFolder(output.Path);
        var shards = options.Partition is { } partition ? pool.Where(shard => partition.Has(shard.Name)) : pool;
        var written = output.Open(ScoreFolder.NamesOf(shards.Select(shard => shard.Name)), folder.Knows, context.Stopping);
        folder.Open();
        var reused = await FinishedEarlierAsync(shards, folder, model.Key, context);
        var finished = reused.Select(r => r.Shard).ToHashSet();
        var provenance = new Provenance("scorer score").Of(model.Package.Sha256, options.Seed, options.Passes);
        var scoringStart = context.Clock.GetTimestamp();
        var scored = await ScoreAsync(shards.Where(shard => !finished.Contains(shard.Name)), model, options, new ScoreWriter(folder, model.Key, model.Classes, provenance), Send, context);
        var scoringSeconds = context.Clock.GetElapsedTime(scoringStart).TotalSeconds;

        model.Committee.Dispose(); // Its memory is for the ranking to use.
        IReadOnlyList<ShardRecord> records = [.. reused.Concat(scored).OrderBy(r => r.Shard, StringComparer.Ordinal)];
        var order = new RankOrder(by, options.Seed, ScoreColumn.For(model.Committee.Passes, model.Committee.PredictsLosses), options.Top, excluded);
        var outputs = PoolOutputs.Write([.. records.Select(r => new ScoredShard(r, folder))], order, model.Committee.Passes, folder, provenance, context.Stopping);
        if (outputs.Excluded is { } found && options.Partition is null)
        {
            context.Log.SomeNotExcluded(excluded, found);
        }

        folder.RemoveOthers(records, written);
        var counts = new RunCounts(
            records.Count, reused.Count, records.Sum(r => r.Rows), reused.Sum(r => r.Rows), outputs.Ranked, outputs.Rejected, outputs.RepeatedIds, excluded.Count);
        var record = Record(options, model, by, [.. shards], counts, scoringSeconds) with { Stability = outputs.Stability };
        JsonFile.WriteRecord(folder.RunRecord, record);
        output.Complete(context.Stopping);
        return ScoreSummary.Of("score", record, new ScoreFolder(options.Out), context.Clock.GetElapsedTime(start));

        void Send(string shard) => output.Send(folder.FilesOf(shard), context.Stopping);
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <returns>The score to rank by.</returns>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal static ScoreColumn Check(ScoreOptions options)
    {
        ScoreOptions.Ranges.Require(options);
        return ScoreColumn.Named(options.RankBy, options.Passes);
    }

    /// <summary>The records of shards whose files in the folder are those that this run would make.</summary>
    private static async Task<IReadOnlyList<ShardRecord>> FinishedEarlierAsync(ShardSet shards, ScoreFolder folder, string scoring, CommandContext context)
    {
        var candidates = shards
            .Select(shard => (Shard: shard, Record: folder.Finished(shard.Name)))
            .Where(c => c.Record?.Scoring == scoring)
            .ToList();
        if (candidates.Count == 0)
        {
            return [];
        }
        var reused = await context.Progress.WorkAsync("comparing shards with an earlier run", candidates.Count, "shards", advance =>
        {
            var same = new List<ShardRecord>();
            foreach (var (shard, record) in candidates)
            {
                if (record!.Sha256 == ContentHash.Of(shard.Path, context.Stopping))
                {
                    same.Add(record);
                }
                advance(1);
            }
            return same;
        });
        context.Progress.Say(FormattableString.Invariant($"{reused.Sum(r => r.Rows):N0} rows in {reused.Count} of {shards.Count} shards are scored already"));
        return reused;
    }

    /// <summary>Scores shards.</summary>
    /// <param name="writer">Disposed at the end.</param>
    /// <param name="ended">Told the name of each shard whose files are whole.</param>
    private static Task<IReadOnlyList<ShardRecord>> ScoreAsync(ShardSet shards, ScoringModel model, ScoreOptions options, ScoreWriter writer, Action<string> ended, CommandContext context) =>
        context.Progress.RunAsync("scoring", shards.CountRows(), "rows", async advance =>
        {
            using (writer)
            using (var pipeline = new ScorePipeline(model.Committee, options.BatchRows, options.Threads, model.Temperature))
            {
                await pipeline.RunAsync(
                    shards,
                    batch =>
                    {
                        writer.Write(batch);
                        if (batch.EndsShard)
                        {
                            ended(batch.Shard.Name);
                        }
                        advance(batch.Rows.Count);
                    },
                    context.Stopping);
            }
            return writer.Records;
        });

    private static RunRecord Record(ScoreOptions options, ScoringModel model, ScoreColumn by, IReadOnlyList<Shard> shards, RunCounts counts, double seconds) => new(
        SchemaVersion: 1,
        Model: RunModel.Of(model.Package, model.Committee),
        Seed: options.Seed,
        Passes: options.Passes,
        Masks: options.Masks.ToString().ToLowerInvariant(),
        RankBy: by.Name,
        Top: options.Top,
        Partition: options.Partition,
        Merged: null,
        Device: options.Device.ToString(),
        Threads: options.Threads,
        BatchRows: options.BatchRows,
        TileRows: model.Committee.TileRows,
        Plan: RunPlan.Of(model.Committee.Plan),
        Scoring: model.Key,
        Counts: counts,
        Stability: null,
        Times: new RunTimes(seconds, (counts.Rows - counts.RowsReused) / seconds),
        Versions: RunVersions.Current(),
        Pool: new RunPool(shards, options.Features) { Given = shards.Any(shard => DerivedShards.GivenFor(shard.Path) is not null) ? options.Pool : null })
    {
        Temperature = options.Probabilities == ProbabilityKind.Raw ? null : model.Temperature,
        OtherScale = model.Inputs.Select(input => input.OtherScale).OfType<string>().ToArray() is { Length: > 0 } others ? others : null,
    };
}

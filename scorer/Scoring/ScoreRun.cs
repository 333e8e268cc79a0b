using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
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
        RequireClasses(package);
        var temperature = options.Probabilities.Temperature(package, options.Passes);
        (package, var features) = MadeInputs.Fed(package, pool, options.Features, context.Progress.Say);
        var inputs = FeatureInput.Bind(package, pool, features);
        pool.RequireColumns(new RowSchema([.. inputs.SelectMany(i => i.Columns).Distinct()]));
        using var committee = Committee.Compile(package, inputs, options.Passes, options.Seed, options.Masks, options.Device, predictLosses: true);
        by.Require(committee.PredictsLosses);
        if (package.Manifest is null)
        {
            context.Progress.Say($"output '{committee.Output.Name}' is scored as {committee.Output.Reason}");
            foreach (var given in PoolScale.Given(inputs, pool))
            {
                context.Progress.Say(given);
            }
        }
        if (options.Passes > 0 && EarlyDropout.Assumed(package.Model) is { } assumed)
        {
            context.Progress.Say(assumed);
        }
        var classes = Classes(package, committee);
        var scoring = ScoringKey.Of(package, committee, classes, options, temperature);

        using var output = new OutputFolder(options.Out, ScoreFolder.RunRecordName, ScoreFolder.Owned);
        var folder = new ScoreFolder(output.Path);
        var shards = options.Partition is { } partition ? pool.Where(shard => partition.Has(shard.Name)) : pool;
        var written = output.Open(ScoreFolder.NamesOf(shards.Select(shard => shard.Name)), folder.Knows, context.Stopping);
        folder.Open();
        var reused = await FinishedEarlierAsync(shards, folder, scoring, context);
        var finished = reused.Select(r => r.Shard).ToHashSet();
        var missing = shards.Where(shard => !finished.Contains(shard.Name));
        var provenance = new Provenance("scorer score").Of(package.Sha256, options.Seed, options.Passes);
        using var writer = new ScoreWriter(folder, scoring, classes, provenance);
        var scoringStart = context.Clock.GetTimestamp();
        await context.Progress.RunAsync("scoring", missing.CountRows(), "rows", async advance =>
        {
            using var pipeline = new ScorePipeline(committee, options.BatchRows, options.Threads, temperature);
            await pipeline.RunAsync(
                missing,
                batch =>
                {
                    writer.Write(batch);
                    if (batch.EndsShard)
                    {
                        output.Send(folder.FilesOf(batch.Shard.Name), context.Stopping);
                    }
                    advance(batch.Rows.Count);
                },
                context.Stopping);
            return 0;
        });
        var scoringSeconds = context.Clock.GetElapsedTime(scoringStart).TotalSeconds;

        committee.Dispose(); // Its memory is for the ranking to use.
        IReadOnlyList<ShardRecord> records = [.. reused.Concat(writer.Records).OrderBy(r => r.Shard, StringComparer.Ordinal)];
        var order = new RankOrder(by, options.Seed, ScoreColumn.For(committee.Passes, committee.PredictsLosses), options.Top, excluded);
        var outputs = PoolOutputs.Write([.. records.Select(r => new ScoredShard(r, folder))], order, committee.Passes, folder, provenance, context.Stopping);
        if (outputs.Excluded is { } found && options.Partition is null)
        {
            context.Log.SomeNotExcluded(excluded, found);
        }

        folder.RemoveOthers(records, written);
        var counts = new RunCounts(
            records.Count, reused.Count, records.Sum(r => r.Rows), reused.Sum(r => r.Rows), outputs.Ranked, outputs.Rejected, outputs.RepeatedIds, excluded.Count);
        var record = new RunRecord(
            SchemaVersion: 1,
            Model: new RunModel(StorageAddress.Full(package.Path), package.Sha256, package.Manifest?.Task, package.Manifest?.Round, committee.PredictsLosses, RunOutput.Of(committee.Output, package)) { Around = package.Around is { Length: > 0 } around ? around : null },
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
            TileRows: committee.TileRows,
            Plan: RunPlan.Of(committee.Plan),
            Scoring: scoring,
            Counts: counts,
            Stability: outputs.Stability,
            Times: new RunTimes(scoringSeconds, (counts.Rows - counts.RowsReused) / scoringSeconds),
            Versions: RunVersions.Current(),
            Pool: new RunPool([.. shards], options.Features) { Given = pool.Any(shard => DerivedShards.GivenFor(shard.Path) is not null) ? options.Pool : null })
        {
            Temperature = options.Probabilities == ProbabilityKind.Raw ? null : temperature,
            OtherScale = inputs.Select(input => input.OtherScale).OfType<string>().ToArray() is { Length: > 0 } others ? others : null,
        };
        JsonFile.WriteRecord(folder.RunRecord, record);
        output.Complete(context.Stopping);
        return ScoreSummary.Of("score", record, new ScoreFolder(options.Out), context.Clock.GetElapsedTime(start));
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
        var reused = await context.Progress.RunAsync("comparing shards with an earlier run", candidates.Count, "shards", advance => Task.Run(() =>
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
        }));
        context.Progress.Say(FormattableString.Invariant($"{reused.Sum(r => r.Rows):N0} rows in {reused.Count} of {shards.Count} shards are scored already"));
        return reused;
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <returns>The score to rank by.</returns>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal static ScoreColumn Check(ScoreOptions options)
    {
        ScoreOptions.Ranges.Require(options);
        return ScoreColumn.Named(options.RankBy, options.Passes);
    }

    /// <exception cref="DataException">The model is made to compare rows, as that of <c>trainer embed</c> is.</exception>
    internal static void RequireClasses(ModelPackage package)
    {
        if (package.Manifest is { Classes.Count: 0, IsRanking: false })
        {
            throw new DataException($"{package.Path} is an embedding without classes, so it gives no scores: before there are labels make a first query with scorer select --pool POOL --model MODEL --strategy typiclust, and score with a model that is trained on its labels");
        }
    }

    private static IReadOnlyList<string> Classes(ModelPackage package, Committee committee) =>
        package.Manifest is null ? committee.Output.Classes is { } named && named.Count == committee.Classes ? named : [.. Enumerable.Range(0, committee.Classes).Select(c => c.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        : package.Manifest.Classes.Count == committee.Classes ? package.Manifest.Classes
        : throw new DataException($"the manifest beside {package.Path} names {package.Manifest.Classes.Count} classes, the model gives {committee.Classes} logits: publish the model again");
}

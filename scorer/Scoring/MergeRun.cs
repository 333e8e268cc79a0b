using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Scorer.Records;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Scoring;

/// <summary>The flow of <c>scorer merge</c>: the outputs of all partitions in; the ranked files, rejects and record of the whole pool out.</summary>
/// <remarks>Score files are read where they lie and not copied. The outputs have the bytes of a run that scored the pool undivided.</remarks>
internal static class MergeRun
{
    /// <exception cref="UsageException">The options contradict each other or the partitions.</exception>
    /// <exception cref="DataException">The folders are not all partitions of one pool scored alike.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static ScoreSummary Execute(MergeOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        OptionRange.AtLeast(1).Require("--top", options.Top);
        var partitions = PartitionFolder.OpenAll(options.Scores);
        var run = partitions[0].Run;
        var by = ScoreColumn.Named(options.RankBy ?? RankedBy(partitions), run.Passes);
        by.Require(run.Model.PredictsLosses);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();

        using var output = new OutputFolder(options.Out, ScoreFolder.RunRecordName, [.. ScoreFolder.Owned.Where(own => !own.EndsWith('/'))]);
        var folder = new ScoreFolder(output.Path);
        if (partitions.Any(p => StorageAddress.Trim(StorageAddress.Full(p.Path)) == StorageAddress.Trim(StorageAddress.Full(options.Out))))
        {
            throw new UsageException($"--out {options.Out} is also among --scores: choose a folder of its own");
        }
        OutputRule.Require(new Place("--out", options.Out), partitions.SelectMany(p => p.Run.Pool.Shards).Select(shard => shard.Path).Append(run.Model.Path));
        output.Open(ScoreFolder.NamesOf([]), folder.Knows, context.Stopping);
        folder.Open();
        IReadOnlyList<ScoredShard> shards = [.. partitions.SelectMany(p => p.Shards).OrderBy(s => s.Record.Shard, StringComparer.Ordinal)];
        var order = new RankOrder(by, run.Seed, ScoreColumn.For(run.Passes, run.Model.PredictsLosses), options.Top, excluded);
        var outputs = PoolOutputs.Write(shards, order, run.Passes, folder, new Provenance("scorer score").Of(run.Model.Sha256, run.Seed, run.Passes), context.Stopping);
        if (outputs.Excluded is { } found)
        {
            context.Log.SomeNotExcluded(excluded, found);
        }

        var counts = new RunCounts(
            shards.Count, partitions.Sum(p => p.Run.Counts.ShardsReused), shards.Sum(s => s.Record.Rows), partitions.Sum(p => p.Run.Counts.RowsReused),
            outputs.Ranked, outputs.Rejected, outputs.RepeatedIds, excluded.Count);
        var seconds = partitions.Sum(p => p.Run.Times.Seconds);
        var times = new RunTimes(seconds, (counts.Rows - counts.RowsReused) / Math.Max(seconds, double.Epsilon));
        var pool = run.Pool with { Shards = [.. partitions.SelectMany(p => p.Run.Pool.Shards).OrderBy(s => s.Name, StringComparer.Ordinal)] };
        var record = run with
        {
            RankBy = by.Name,
            Top = options.Top,
            Partition = null,
            Merged = [.. partitions.Select(p => StorageAddress.Full(p.Path))],
            Counts = counts,
            Stability = outputs.Stability,
            Times = times,
            Pool = pool,
            OtherScale = partitions.Select(p => p.Run.OtherScale).FirstOrDefault(other => other is not null),
        };
        JsonFile.WriteRecord(folder.RunRecord, record);
        output.Complete(context.Stopping);
        return ScoreSummary.Of("merge", record, new ScoreFolder(options.Out), context.Clock.GetElapsedTime(start));
    }

    private static string RankedBy(IReadOnlyList<PartitionFolder> partitions)
    {
        IReadOnlyList<string> scores = [.. partitions.Select(p => p.Run.RankBy).Distinct()];
        return scores.Count == 1
            ? scores[0]
            : throw new UsageException($"the partitions were ranked by {string.Join(" and ", scores)}: say with --rank-by which it is to be");
    }
}

using ParquetPool.Columns;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Scoring;

/// <summary>What is made of all shards together once each is scored: the rejects file and the ranked files.</summary>
/// <param name="Ranked">Rows in the ranked files.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
/// <param name="RepeatedIds">Those among them whose id stands earlier in the pool.</param>
/// <param name="Stability">Null where the ranking score has no halves, or nothing is ranked.</param>
internal sealed record PoolOutputs(long Ranked, long Rejected, long RepeatedIds, RankStability? Stability)
{
    /// <summary>The excluded ids that are a row's.</summary>
    public IReadOnlySet<string>? Excluded { get; private init; }

    /// <summary>Writes the files. They depend on the shards' files alone, not on which run or machine made those.</summary>
    /// <param name="shards">Ordered by name; where there are none, nothing is ranked and there are no ranked files.</param>
    /// <param name="passes">Of the committee that scored them.</param>
    /// <param name="provenance">Of the scores: a merged pool's files say what an undivided one's do.</param>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static PoolOutputs Write(
        IReadOnlyList<ScoredShard> shards, RankOrder order, int passes, ScoreFolder folder, Provenance provenance, CancellationToken stopping)
    {
        using var joined = JoinedFiles.Of([.. shards.Select(s => s.Scores)], Path.Combine(folder.Root, "joined"));
        var files = joined.Paths;
        using var rejects = new RejectsFile(folder.Rejects, provenance);
        foreach (var shard in shards.Where(s => s.Record.Rejected > 0))
        {
            rejects.Append(shard.Rejects);
        }
        long repeated = 0;
        foreach (var duplicate in DuplicateIds.Find(files, folder.Rejects))
        {
            rejects.Write(duplicate.Id, duplicate.Shard, duplicate.Row, $"id stands already in {duplicate.FirstShard}, row {duplicate.FirstRow}");
            repeated++;
        }
        rejects.Complete();
        stopping.ThrowIfCancellationRequested();
        if (files.Count == 0)
        {
            File.Delete(folder.Ranked);
            File.Delete(folder.RankedCsv);
            return new PoolOutputs(0, 0, 0, null);
        }
        var ranked = Ranker.Write(files, order, repeated > 0, folder.Ranked, folder.RankedCsv, provenance);
        var scored = shards.Sum(s => s.Record.Rows - s.Record.Rejected);
        var stability = order.By.HasHalves(passes) ? RankStability.Of(files, order.By, passes, order.Top, scored, folder.Ranked) : null;
        return new PoolOutputs(ranked, rejects.Rows, repeated, stability) { Excluded = order.Excluded.Count > 0 ? SortedRows.Found(files, order.Excluded) : null };
    }
}

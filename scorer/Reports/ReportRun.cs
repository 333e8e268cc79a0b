using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Reports;

/// <summary>The flow of <c>scorer report</c>: a finished audit, with its judgements, in, its page out.</summary>
internal static class ReportRun
{
    /// <exception cref="UsageException">The picture asked for fits no column.</exception>
    /// <exception cref="DataException">The audit is not finished, or a shard is gone or another one.</exception>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static ReportSummary Execute(string folder, ReportOptions options)
    {
        var audit = FinishedAudit.Open(folder);
        if (options.Image is not null)
        {
            var picture = PictureColumn.Find(options.Image, null, audit.Record.Columns, ShardSet.Resolve(audit.Record.Splits[^1].Shards.Select(shard => shard.Path), audit.Record.Splits[^1].Shards[0].Columns));
            audit = audit with { Record = audit.Record with { Picture = picture } };
        }
        var written = WrittenFiles.Claim(folder, [ReportPage.FileName, .. ConflictFile.Names], _ => true);
        var clusters = FoundClusters.Of(audit, options.Threshold);
        ConflictFile.Write(audit.Folder, clusters.Conflicts);
        var content = ReportPage.Write(audit, clusters, options, JudgedPairs.Read(audit) is { } judgements ? Refinement.Of(audit, judgements) : []);
        written.Complete();
        var file = Path.GetFullPath(Path.Combine(folder, ReportPage.FileName));
        return new ReportSummary("report", file, new FileInfo(file).Length, content.Pairs.Count, content.ListedPairs, clusters.Threshold, clusters.All.Count, clusters.Conflicts.Count);
    }
}

/// <summary>The last line of <c>scorer report</c>.</summary>
/// <param name="File">The page.</param>
/// <param name="Shown">Pairs in the page.</param>
/// <param name="Listed">Pairs of the audit.</param>
/// <param name="Threshold">The least cosine of a pair that connects clusters.</param>
/// <param name="Clusters">Rows connected by such pairs.</param>
/// <param name="LabelConflicts">Clusters whose rows carry different labels.</param>
internal sealed record ReportSummary(string Command, string File, long Bytes, int Shown, int Listed, double Threshold, int Clusters, int LabelConflicts);

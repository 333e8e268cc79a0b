using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Reports;

/// <summary>The flow of <c>scorer report</c>: a finished audit in, its page out.</summary>
public static class ReportRun
{
    /// <exception cref="UsageException">The picture asked for fits no column.</exception>
    /// <exception cref="DataException">The audit is not finished, or a shard is gone or another one.</exception>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static ReportSummary Execute(string folder, ReportOptions options)
    {
        var record = FinishedAudit.Open(folder).Record;
        if (options.Image is not null)
        {
            record = record with { Picture = PictureColumn.Find(options.Image, null, record.Columns, ShardSet.Resolve(record.Splits[^1].Shards.Select(shard => shard.Path))) };
        }
        var content = ReportPage.Write(folder, record, options);
        var file = Path.GetFullPath(Path.Combine(folder, ReportPage.FileName));
        return new ReportSummary("report", file, new FileInfo(file).Length, content.Pairs.Count, content.ListedPairs, content.Threshold, content.ClusterCount, content.ConflictCount);
    }
}

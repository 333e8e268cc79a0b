using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Reports;

/// <summary><c>report.html</c>: one file that opens from the disk, shows an audit and takes people's judgements.</summary>
/// <remarks>
/// A <see cref="ScriptPage"/>: the same audit gives the same bytes.
/// </remarks>
internal static class ReportPage
{
    public const string FileName = FinishedAudit.PageName;

    /// <summary>Clusters and label conflicts shown; all are counted.</summary>
    private const int MostClusters = 100;

    private const int MostMembers = 24;

    /// <summary>Writes the page beside the pairs, with what judgements make of the calibration.</summary>
    /// <returns>What it shows.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ReportContent Write(FinishedAudit audit, FoundClusters clusters, ReportOptions options, IReadOnlyList<RefinedCurve> refined)
    {
        var content = Content(audit, clusters, options, refined);
        ScriptPage.Write(Path.Combine(audit.Folder, FileName), "report", content);
        return content;
    }

    private static ReportContent Content(FinishedAudit audit, FoundClusters clusters, ReportOptions options, IReadOnlyList<RefinedCurve> refined)
    {
        var summary = audit.Record.Summary;
        var shown = audit.Pairs.Take(options.Pairs).ToList();
        var members = clusters.All.Take(MostClusters).Concat(clusters.Conflicts.Take(MostClusters)).SelectMany(cluster => cluster.Rows.Take(MostMembers));
        var rows = new AuditedRows(audit, shown.SelectMany(pair => new[] { pair.Test, pair.Other }).Concat(members), audit.Record.Picture);
        var places = rows.All.Index().ToDictionary(row => row.Item, row => row.Index);
        return new ReportContent(
            Key: ContentHash.Of(Path.Combine(audit.Folder, "pairs.parquet"))[..16],
            Splits: summary.Splits,
            Rejected: summary.Rejected,
            Compared: (audit.Record.ModelSha256 is null ? "" : "the model's embedding of ") + string.Join(" + ", audit.Record.Columns),
            Threshold: clusters.Threshold,
            ThresholdFrom: clusters.From,
            ThresholdTold: clusters.Told,
            Counts: CountedPairs.Of(audit, clusters.Threshold),
            Histogram: Histogram.Of(audit.Pairs, clusters.Threshold),
            Curves: ShownCurve.Of(audit.Record.Calibration, refined, summary.Comparisons),
            Picture: rows.Format is { } format ? new ShownPicture(format.Channels, format.Height, format.Width) : null,
            Rows: new ShownRowTable(rows).ToContent(),
            Pairs: [.. shown.Select(pair => new ShownPair(pair.Kind, places[pair.Test], places[pair.Other], pair.Similarity, pair.Distance, pair.Exact, pair.Overlap))],
            ListedPairs: audit.Pairs.Count,
            Clusters: [.. clusters.All.Take(MostClusters).Select(cluster => Shown(cluster, rows, places))],
            ClusterCount: clusters.All.Count,
            Conflicts: [.. clusters.Conflicts.Take(MostClusters).Select(cluster => Shown(cluster, rows, places))],
            ConflictCount: clusters.Conflicts.Count,
            Remarks: [.. summary.Remarks()]);
    }

    private static ShownCluster Shown(PairCluster cluster, AuditedRows read, Dictionary<ListedRow, int> places)
    {
        IReadOnlyList<ListedRow> rows = [.. cluster.Rows.Take(MostMembers)];
        var least = rows.Count == cluster.Rows.Count ? read.LeastCosine(cluster) : null;
        return new ShownCluster(cluster.Rows.Count, cluster.Pairs.Count, cluster.AllPairs, least ?? cluster.LeastSimilarity, least is not null, [.. rows.Select(row => places[row])]);
    }
}

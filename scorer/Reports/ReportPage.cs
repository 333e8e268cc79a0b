using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Reports;

/// <summary><c>report.html</c>: one file that opens from the disk, shows an audit and takes people's judgements.</summary>
/// <remarks>
/// A <see cref="ScriptPage"/>: the same audit gives the same bytes.
/// </remarks>
internal static class ReportPage
{
    public const string FileName = "report.html";

    /// <summary>Clusters and label conflicts shown; all are counted.</summary>
    private const int MostClusters = 100;

    private const int MostMembers = 24;

    /// <summary>Within this, a cosine computed here is the listed one.</summary>
    private const double SameCosine = 1e-5;

    /// <summary>Writes the page beside the pairs, and the label conflicts that it shows.</summary>
    /// <returns>What it shows.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ReportContent Write(string folder, AuditReport record, ReportOptions options) => Write(FinishedAudit.Read(folder, record), options, []);

    /// <summary>Writes the page beside the pairs, with what judgements make of the calibration.</summary>
    /// <returns>What it shows.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ReportContent Write(FinishedAudit audit, ReportOptions options, IReadOnlyList<RefinedCurve> refined)
    {
        var content = Content(audit, options, refined);
        ScriptPage.Write(Path.Combine(audit.Folder, FileName), "report", content);
        return content;
    }

    private static ReportContent Content(FinishedAudit audit, ReportOptions options, IReadOnlyList<RefinedCurve> refined)
    {
        var pairs = audit.Pairs;
        var shown = pairs.Take(options.Pairs).ToList();
        var (threshold, from) = ThresholdOf(audit.Record.Summary, options, pairs);
        var clusters = PairCluster.Of(pairs, pair => pair.Similarity >= threshold);
        var conflicts = clusters.Where(cluster => cluster.LabelsConflict).ToList();
        ConflictFile.Write(audit.Folder, conflicts);
        var members = clusters.Take(MostClusters).Concat(conflicts.Take(MostClusters)).SelectMany(cluster => cluster.Rows.Take(MostMembers));
        var table = new ShownRowTable(audit, shown.SelectMany(pair => new[] { pair.Test, pair.Other }).Concat(members), audit.Record.Picture);
        var places = table.Rows.Index().ToDictionary(row => row.Item, row => row.Index);
        return new ReportContent(
            ContentHash.Of(Path.Combine(audit.Folder, "pairs.parquet"))[..16],
            audit.Record.Summary.Splits, audit.Record.Summary.Rejected,
            (audit.Record.ModelSha256 is null ? "" : "the model's embedding of ") + string.Join(" + ", audit.Record.Columns),
            threshold, from,
            [.. audit.Record.Summary.Comparisons.Select(comparison => Count(pairs, comparison, threshold))],
            Histogram.Of(pairs, threshold), ShownCurve.Of(audit.Record.Calibration, refined, audit.Record.Summary.Comparisons),
            table.Format is { } format ? new ShownPicture(format.Channels, format.Height, format.Width) : null,
            table.ToContent(),
            [.. shown.Select(pair => new ShownPair(pair.Kind, places[pair.Test], places[pair.Other], pair.Similarity, pair.Distance, pair.Exact))],
            pairs.Count,
            [.. clusters.Take(MostClusters).Select(cluster => Shown(cluster, table, places))], clusters.Count,
            [.. conflicts.Take(MostClusters).Select(cluster => Shown(cluster, table, places))], conflicts.Count);
    }

    private static (double Threshold, string From) ThresholdOf(AuditSummary summary, ReportOptions options, IReadOnlyList<ListedPair> pairs)
    {
        var calibrated = summary.Calibration?.Where(of => of.Similarity is not null).MinBy(of => of.Similarity);
        return (options.Threshold, summary.Threshold, calibrated) switch
        {
            ({ } asked, _, _) => (asked, "as asked for"),
            (_, { } cut, _) when calibrated is null || cut != calibrated.Similarity => (cut, "the audit's"),
            (_, _, { } least) => (least.Similarity!.Value, least.WantedRecall is { } recall ? FormattableString.Invariant($"for recall {recall}, as calibrated") : FormattableString.Invariant($"for precision {least.WantedPrecision}, as estimated")),
            // However many pairs the page shows, the clusters and their conflicts are the same.
            _ => (pairs.Count > 0 ? pairs[Math.Min(pairs.Count, ReportOptions.DefaultPairs) - 1].Similarity : 1,
                FormattableString.Invariant($"that of the last of the {Math.Min(pairs.Count, ReportOptions.DefaultPairs):N0} nearest pairs, for none was given and none could be estimated")),
        };
    }

    private static ShownCount Count(IReadOnlyList<ListedPair> pairs, PairCounts comparison, double threshold)
    {
        var listed = pairs.Where(pair => pair.Kind == comparison.Kind).ToList();
        var near = listed.Where(pair => pair.Similarity >= threshold).ToList();
        var differ = near.Count(pair => pair.Test.Label is { } label && pair.Other.Label is { } other && label != other);
        return new ShownCount(comparison.Kind, comparison.What, listed.Count, near.Count, listed.Count(pair => pair.Exact), differ);
    }

    private static ShownCluster Shown(PairCluster cluster, ShownRowTable table, Dictionary<ListedRow, int> places)
    {
        IReadOnlyList<ListedRow> rows = [.. cluster.Rows.Take(MostMembers)];
        var least = rows.Count == cluster.Rows.Count ? LeastOfAll(cluster, table) : null;
        return new ShownCluster(cluster.Rows.Count, cluster.Pairs.Count, cluster.AllPairs, least ?? cluster.LeastSimilarity, least is not null, [.. rows.Select(row => places[row])]);
    }

    /// <summary>The least cosine of any two rows, listed as a pair or not; null where it cannot be computed here from the shards as the audit did.</summary>
    private static double? LeastOfAll(PairCluster cluster, ShownRowTable table)
    {
        if (cluster.Pairs.Any(pair => !(Math.Abs((table.Cosine(pair.Test, pair.Other) ?? double.NaN) - pair.Similarity) < SameCosine)))
        {
            return null;
        }
        var cosines = cluster.Rows.SelectMany((row, i) => cluster.Rows.Skip(i + 1).Select(other => table.Cosine(row, other))).ToList();
        return cosines.TrueForAll(cosine => cosine is not null) ? Math.Min(cosines.Min()!.Value, cluster.LeastSimilarity) : null;
    }
}

namespace ParquetPool.Scorer.Findings;

/// <summary>The rows that the pairs of an audit connect from a cosine on.</summary>
/// <param name="Threshold">The least cosine of a pair that connects.</param>
/// <param name="From">What it is, in words.</param>
/// <param name="Told">Whether it was asked for or estimated; where not, what it connects may well be chance.</param>
/// <param name="All">The largest first.</param>
/// <param name="Conflicts">Those whose rows carry different labels.</param>
internal sealed record FoundClusters(double Threshold, string From, bool Told, IReadOnlyList<PairCluster> All, IReadOnlyList<PairCluster> Conflicts)
{
    /// <summary>Where no threshold is known and there are no copies, so many of the nearest pairs connect.</summary>
    public const int NearestPairs = 500;

    // Vectors of this cosine are the same but for length and rounding.
    private const double Copies = 1 - 1e-6;

    /// <param name="asked">The threshold; null for the audit's, for the calibrated one, or else for that of copies, or where there are none of the nearest pairs.</param>
    public static FoundClusters Of(FinishedAudit audit, double? asked)
    {
        var (threshold, from, told) = ThresholdOf(audit.Record.Summary, asked, audit.Pairs);
        var clusters = PairCluster.Of(audit.Pairs, pair => pair.Similarity >= threshold);
        return new FoundClusters(threshold, from, told, clusters, [.. clusters.Where(cluster => cluster.LabelsConflict)]);
    }

    private static (double Threshold, string From, bool Told) ThresholdOf(AuditSummary summary, double? threshold, IReadOnlyList<ListedPair> pairs)
    {
        var calibrated = summary.Calibration?.Where(of => of.Similarity is not null).MinBy(of => of.Similarity);
        return (threshold, summary.Threshold, calibrated) switch
        {
            ({ } asked, _, _) => (asked, "as asked for", true),
            (_, { } cut, _) when calibrated is null || cut != calibrated.Similarity => (cut, "the audit's", true),
            (_, _, { } least) => (least.Similarity!.Value, least.WantedRecall is { } recall ? FormattableString.Invariant($"for recall {recall}, as calibrated") : FormattableString.Invariant($"for precision {least.WantedPrecision}, as estimated"), true),
            _ when pairs is [{ Similarity: >= Copies }, ..] => (Copies, "that of copies, for none was given and none could be estimated: whether the pairs below it are altered copies, people must judge", true),
            _ => (pairs.Count > 0 ? pairs[Math.Min(pairs.Count, NearestPairs) - 1].Similarity : 1,
                FormattableString.Invariant($"that of the last of the {Math.Min(pairs.Count, NearestPairs):N0} nearest pairs, for none was given and none could be estimated"), false),
        };
    }
}

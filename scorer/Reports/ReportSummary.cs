namespace ParquetPool.Scorer.Reports;

/// <summary>The last line of <c>scorer report</c>.</summary>
/// <param name="File">The page.</param>
/// <param name="Shown">Pairs in the page.</param>
/// <param name="Listed">Pairs of the audit.</param>
/// <param name="Threshold">The least cosine of a pair that connects clusters.</param>
/// <param name="Clusters">Rows connected by such pairs.</param>
/// <param name="LabelConflicts">Clusters whose rows carry different labels.</param>
public sealed record ReportSummary(string Command, string File, long Bytes, int Shown, int Listed, double Threshold, int Clusters, int LabelConflicts);

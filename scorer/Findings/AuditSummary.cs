using System.Text.Json.Serialization;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Cells;

namespace ParquetPool.Scorer.Findings;

/// <summary>What an audit found: the last line of stdout, and the heart of <c>audit.json</c>.</summary>
/// <param name="Out">The folder of the outputs.</param>
/// <param name="Splits">The one whose rows are rather kept first.</param>
/// <param name="Rejected">Rows that could not be compared.</param>
/// <param name="Neighbours">Nearest rows listed for each row of a comparison's first split; null where all pairs are.</param>
/// <param name="Threshold">The least cosine of a listed pair; null where all nearest pairs are listed.</param>
internal sealed record AuditSummary(
    string Out,
    IReadOnlyList<SplitRows> Splits,
    int Rejected,
    int? Neighbours,
    double? Threshold,
    IReadOnlyList<PairCounts> Comparisons,
    AuditSpeed Speed)
{
    /// <summary>Clusters whose rows carry different labels: <c>conflicts.csv</c>.</summary>
    public LabelConflicts? LabelConflicts { get; init; }

    /// <summary>The cosines for the precision or recall asked for, one per comparison; null where every pair above a threshold is listed.</summary>
    public IReadOnlyList<CalibratedThreshold>? Calibration { get; init; }

    /// <summary>Views of a picture that were embedded for one vector, or of which the most similar was compared.</summary>
    public int Views { get; init; } = 1;

    /// <summary>Null where what is compared is not of pictures alone, or pixels themselves.</summary>
    public PixelBaseline? Baseline { get; init; }

    /// <summary>How many of the nearest rows the cells probed hold, one per comparison; null where every row was compared with every other.</summary>
    public IReadOnlyList<MeasuredRecall>? Approximate { get; init; }

    /// <summary>How what was found is to be trusted, for the page: what is the same however often and fast the audit runs.</summary>
    internal IEnumerable<string> Remarks() =>
    [
        .. (Approximate ?? []).Zip(Comparisons, (measured, counts) => $"approximate, {What(counts)}: {measured}"),
        .. Baseline is { } baseline ? [baseline.ToString()] : Array.Empty<string>(),
        .. Speed.Overlaps is { } overlaps ? [FormattableString.Invariant($"near pictures are laid over each other too; an overlap of 0.5 counts as cosine {overlaps.CosineOfHalf:F3}")] : Array.Empty<string>(),
    ];

    /// <summary>A comparison in words; where there is one split alone, its name is not said.</summary>
    internal string What(PairCounts counts) => Splits is [_] ? "among the rows" : counts.Split == counts.Other ? $"inside {counts.Split}" : $"{counts.Split} against {counts.Other}";

    /// <summary>The comparison of this kind in words.</summary>
    internal string What(string kind) => What(Comparisons.Single(counts => counts.Kind == kind));

    internal PairCounts TestTrain => Comparisons.Single(counts => counts.Kind == "test-train");

    internal PairCounts TestTest => Comparisons.Single(counts => counts.Kind == "test-test");
}

/// <param name="Clusters">Rows connected by pairs, of which two have different labels.</param>
/// <param name="Threshold">The least cosine of a pair that connects.</param>
internal sealed record LabelConflicts(int Clusters, double Threshold);

/// <summary>A split and its rows.</summary>
internal sealed record SplitRows(string Name, int Rows);

/// <summary>The pairs of two splits, or inside one.</summary>
/// <param name="Kind">As in the files: <c>test-train</c>, <c>test-test</c>.</param>
/// <param name="Split">Each of its rows was a query.</param>
/// <param name="Other">The split of the neighbours.</param>
/// <param name="Listed">Pairs in the files.</param>
/// <param name="ListedExact">Of these, ones that are identical in what is compared.</param>
/// <param name="RowsWithExactCopy">Rows of <paramref name="Split"/> in a listed pair that is identical in what is compared.</param>
/// <param name="ExactPairs">All such pairs, also those beyond the number of neighbours asked for.</param>
/// <param name="LabelsKnown">Listed pairs with both labels.</param>
/// <param name="LabelsAgree">Listed pairs whose labels are the same.</param>
internal sealed record PairCounts(string Kind, string Split, string Other, long Listed, long ListedExact, long RowsWithExactCopy, long ExactPairs, long LabelsKnown, long LabelsAgree);

/// <summary>How fast the search was.</summary>
/// <param name="PairsCompared">Query rows times corpus rows, all searches, of an approximate audit those that met; those of an earlier run that was killed among them.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
/// <param name="ReadSeconds">Reading and embedding what stays in memory.</param>
/// <param name="IndexSeconds">Making an approximate audit's cells and choosing how many are probed, with the reading of what is streamed; null of an exact one.</param>
/// <param name="SearchSeconds">The searches, with the reading of what is streamed.</param>
/// <param name="Gflops">2 · pairs · width / search seconds, in 10⁹ operations per second.</param>
/// <param name="PlainGemmGflops">A plain large Gemm on ONNX Runtime in the same run, the faster of before and after; null unless asked for.</param>
/// <param name="Ratio"><paramref name="Gflops"/> / <paramref name="PlainGemmGflops"/>.</param>
internal sealed record AuditSpeed(
    int Threads, long PairsCompared, long Recomputed, double ReadSeconds, double? IndexSeconds, double SearchSeconds, double Gflops, double? PlainGemmGflops, double? Ratio)
{
    /// <summary>Null where no pictures were laid over each other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OverlapSpeed? Overlaps { get; init; }
}

/// <summary>How pictures were laid over each other.</summary>
/// <param name="Nearest">Of how many of a row's nearest rows.</param>
/// <param name="Pairs">Pairs of a row's picture and a near row's.</param>
/// <param name="Laid">Pairs of pictures that this audit laid over each other; the others were met before, by this or an earlier audit.</param>
/// <param name="CosineOfHalf">The cosine that an overlap of 0.5 counts as: one that is as rare among near rows.</param>
internal sealed record OverlapSpeed(int Nearest, long Pairs, long Laid, double Seconds, double CosineOfHalf);

/// <summary>What was compared beside the cheap baseline, pixels averaged and centred: altered copies of sampled rows, sought among all rows.</summary>
/// <param name="Copies">One of each sampled row.</param>
/// <param name="Found">The share whose original is the nearest row by what was compared.</param>
/// <param name="FoundByPixels">The same by pixels.</param>
internal sealed record PixelBaseline(int Copies, double Found, double FoundByPixels)
{
    /// <summary>A line for people.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"of {Copies:N0} altered copies of rows {Found:P1} have their original nearest by what was compared, {FoundByPixels:P1} by averaged pixels")
        + (FoundByPixels > Found ? ": compare those, --pixels 1, alone or beside it" : "");
}

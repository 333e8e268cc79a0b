using ParquetPool.Scorer.Calibration;

namespace ParquetPool.Scorer.Audits;

/// <summary>What an audit found: the last line of stdout, and the heart of <c>audit.json</c>.</summary>
/// <param name="Out">The folder of the outputs.</param>
/// <param name="Rejected">Rows of both splits that could not be compared.</param>
/// <param name="Neighbours">Nearest rows listed for each test row; null where all pairs are.</param>
/// <param name="Threshold">The least cosine of a listed pair; null where all nearest pairs are listed.</param>
/// <param name="Calibration">The cosines for the precision or recall asked for, one per kind of pairs; null where every pair above a threshold is listed.</param>
/// <param name="Views">Views of a picture that were embedded for one vector.</param>
/// <param name="Baseline">Null where what is compared is not of pictures alone, or pixels themselves.</param>
public sealed record AuditSummary(
    string Out,
    int TrainRows,
    int TestRows,
    int Rejected,
    int? Neighbours,
    double? Threshold,
    PairCounts TestTrain,
    PairCounts TestTest,
    AuditSpeed Speed,
    IReadOnlyList<CalibratedThreshold>? Calibration = null,
    int Views = 1,
    PixelBaseline? Baseline = null);

/// <summary>What was compared beside the cheap baseline, pixels averaged and centred: altered copies of sampled rows, sought among all rows.</summary>
/// <param name="Copies">One of each sampled row.</param>
/// <param name="Found">The share whose original is the nearest row by what was compared.</param>
/// <param name="FoundByPixels">The same by pixels.</param>
public sealed record PixelBaseline(int Copies, double Found, double FoundByPixels)
{
    /// <summary>A line for people.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"of {Copies:N0} altered copies of rows {Found:P1} have their original nearest by what was compared, {FoundByPixels:P1} by averaged pixels")
        + (FoundByPixels > Found ? ": compare those, --pixels 1, alone or beside it" : "");
}

/// <summary>The pairs of one kind.</summary>
/// <param name="Listed">Pairs in the files.</param>
/// <param name="ListedExact">Of these, byte-identical ones.</param>
/// <param name="TestRowsWithExactCopy">Test rows in a listed byte-identical pair.</param>
/// <param name="ExactPairs">All byte-identical pairs, also those beyond the number of neighbours asked for.</param>
/// <param name="LabelsKnown">Listed pairs with both labels.</param>
/// <param name="LabelsAgree">Listed pairs whose labels are the same.</param>
public sealed record PairCounts(long Listed, long ListedExact, long TestRowsWithExactCopy, long ExactPairs, long LabelsKnown, long LabelsAgree);

/// <summary>How fast the search was.</summary>
/// <param name="PairsCompared">Query rows times corpus rows, both searches.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
/// <param name="ReadSeconds">Reading and embedding what stays in memory.</param>
/// <param name="SearchSeconds">The searches, with the reading of what is streamed.</param>
/// <param name="Gflops">2 · pairs · width / search seconds, in 10⁹ operations per second.</param>
/// <param name="PlainGemmGflops">A plain large Gemm on ONNX Runtime in the same run, the faster of before and after; null unless asked for.</param>
/// <param name="Ratio"><paramref name="Gflops"/> / <paramref name="PlainGemmGflops"/>.</param>
public sealed record AuditSpeed(
    int Threads, long PairsCompared, long Recomputed, double ReadSeconds, double SearchSeconds, double Gflops, double? PlainGemmGflops, double? Ratio);

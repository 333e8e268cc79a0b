using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>What an audit found: the last line of stdout, and the heart of <c>audit.json</c>.</summary>
/// <param name="Out">The folder of the outputs.</param>
/// <param name="Rejected">Rows of both splits that could not be compared.</param>
/// <param name="Neighbours">Nearest rows listed for each test row; null where all pairs are.</param>
/// <param name="Threshold">The least cosine of a listed pair; null where all nearest pairs are listed.</param>
/// <param name="Recall">Null where every row was compared with every other.</param>
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
    ApproximateRecall? Recall = null);

/// <summary>How many of the nearest rows an approximate audit finds.</summary>
/// <param name="TestTrain">Null without a training split.</param>
public sealed record ApproximateRecall(MeasuredRecall? TestTrain, MeasuredRecall? TestTest);

/// <summary>The pairs of one kind.</summary>
/// <param name="Listed">Pairs in the files.</param>
/// <param name="ListedExact">Of these, byte-identical ones.</param>
/// <param name="TestRowsWithExactCopy">Test rows in a listed byte-identical pair.</param>
/// <param name="ExactPairs">All byte-identical pairs, also those beyond the number of neighbours asked for.</param>
/// <param name="LabelsKnown">Listed pairs with both labels.</param>
/// <param name="LabelsAgree">Listed pairs whose labels are the same.</param>
public sealed record PairCounts(long Listed, long ListedExact, long TestRowsWithExactCopy, long ExactPairs, long LabelsKnown, long LabelsAgree);

/// <summary>How fast the search was.</summary>
/// <param name="PairsCompared">Query rows times corpus rows, both searches; of an approximate audit those that met.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
/// <param name="ReadSeconds">Reading and embedding what stays in memory.</param>
/// <param name="SearchSeconds">The searches, with the reading of what is streamed.</param>
/// <param name="Gflops">2 · pairs · width / search seconds, in 10⁹ operations per second.</param>
/// <param name="PlainGemmGflops">A plain large Gemm on ONNX Runtime in the same run, the faster of before and after; null unless asked for.</param>
/// <param name="Ratio"><paramref name="Gflops"/> / <paramref name="PlainGemmGflops"/>.</param>
public sealed record AuditSpeed(
    int Threads, long PairsCompared, long Recomputed, double ReadSeconds, double SearchSeconds, double Gflops, double? PlainGemmGflops, double? Ratio);

using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Reports;

/// <summary>What <c>report.html</c> holds beside its own text: the page's script reads it as JSON.</summary>
/// <param name="Key">Names the audit in the browser's storage: the same pairs, the same key.</param>
/// <param name="Threshold">The least cosine of a pair that connects clusters.</param>
/// <param name="ThresholdFrom">What it is, in words.</param>
/// <param name="ThresholdTold">Whether it was asked for or estimated.</param>
/// <param name="Remarks">How what was found is to be trusted, in words.</param>
/// <param name="Picture">How <see cref="ShownPairRow.Pixels"/> are laid out; null where none are.</param>
/// <param name="Rows">Each row of the shown pairs and clusters once.</param>
internal sealed record ReportContent(
    string Key,
    IReadOnlyList<SplitRows> Splits,
    int Rejected,
    string Compared,
    double Threshold,
    string ThresholdFrom,
    bool ThresholdTold,
    IReadOnlyList<CountedPairs> Counts,
    Histogram Histogram,
    IReadOnlyList<ShownCurve> Curves,
    ShownPicture? Picture,
    IReadOnlyList<ShownPairRow> Rows,
    IReadOnlyList<ShownPair> Pairs,
    int ListedPairs,
    IReadOnlyList<ShownCluster> Clusters,
    int ClusterCount,
    IReadOnlyList<ShownCluster> Conflicts,
    int ConflictCount,
    IReadOnlyList<string> Remarks);

/// <param name="Channels">1 or 3 bytes a pixel.</param>
internal sealed record ShownPicture(int Channels, int Height, int Width);

/// <param name="Pixels">Bytes, pixel after pixel, as base64; null where the row is no raw picture.</param>
/// <param name="Source">A picture file as a data URI; null where the row has none.</param>
/// <param name="Texts">Column, value, column, value.</param>
internal sealed record ShownPairRow(string Split, string Id, string? Label, string Shard, long Row, string? Pixels, string? Source, IReadOnlyList<string?> Texts);

/// <param name="A">The test row's place among <see cref="ReportContent.Rows"/>.</param>
/// <param name="B">The other row's.</param>
/// <param name="Overlap">How the two pictures lie on each other, A being the first; null where that is not plain.</param>
internal sealed record ShownPair(string Kind, int A, int B, double Similarity, double Distance, bool Exact, string? Overlap);

/// <param name="Pairs">Listed ones.</param>
/// <param name="LeastSimilarity">Of all pairs that the rows make where <paramref name="AllCompared"/>, otherwise of the listed ones.</param>
/// <param name="Rows">Places among <see cref="ReportContent.Rows"/>; of a large cluster the first.</param>
internal sealed record ShownCluster(int Size, int Pairs, long AllPairs, double LeastSimilarity, bool AllCompared, IReadOnlyList<int> Rows);

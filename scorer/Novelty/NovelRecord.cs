using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Novelty;

/// <summary>What a finished run says of itself: <c>novel.json</c>, written last.</summary>
/// <param name="Model">What gave the embeddings; null for a column.</param>
/// <param name="PoolRows">Usable rows.</param>
/// <param name="Labelled">Those of them that have a label.</param>
/// <param name="Elsewhere">Labels of rows that are not among them.</param>
/// <param name="ClusteredRows">Rows that the clusters were made of.</param>
/// <param name="NovelClusters">Clusters short of labels.</param>
/// <param name="NovelRows">Their rows without a label.</param>
/// <param name="Expected">The share of the rows that chance would label.</param>
internal sealed record NovelRecord(
    int SchemaVersion,
    RunModel? Model,
    string? Column,
    ulong Seed,
    long PoolRows,
    int Labelled,
    int Elsewhere,
    int ClusteredRows,
    int Clusters,
    int NovelClusters,
    int NovelRows,
    double Expected,
    RunVersions Versions) : ICheckedRecord
{
    /// <inheritdoc/>
    public string? Fault() => Model is { Sha256.Length: < RunModel.ShownDigits } ? "names no model" : null;
}

/// <summary>The last line of <c>scorer novel</c>; see <see cref="NovelRecord"/>.</summary>
internal sealed record NovelSummary(
    string Command,
    long PoolRows,
    int Labelled,
    int Elsewhere,
    int Clusters,
    int NovelClusters,
    int NovelRows,
    double Expected,
    double Seconds,
    string NovelCsv,
    string ClustersCsv);

namespace ParquetPool.Scorer.Records;

/// <summary>What a finished run of <c>scorer coverage</c> says of itself: <c>coverage.json</c>, written last.</summary>
/// <param name="Model">What gave the embeddings; null for a column.</param>
/// <param name="Column">The column that was compared; null for the model's embedding.</param>
/// <param name="Share">Of the sample, which a row had to meet.</param>
/// <param name="Rows">Usable rows.</param>
/// <param name="Rejected">Rows that are not.</param>
/// <param name="SampleRows">Rows by which the density was measured.</param>
/// <param name="Shards">The shards as they were when they were read.</param>
internal sealed record CoverageRecord(
    int SchemaVersion,
    RunModel? Model,
    string? Column,
    double Share,
    ulong Seed,
    long Rows,
    long Rejected,
    int SampleRows,
    IReadOnlyList<CoveredShard> Shards,
    RunVersions Versions) : ICheckedRecord
{
    public const string FileName = "coverage.json";

    /// <inheritdoc/>
    public string? Fault() => Model is { Sha256.Length: < RunModel.ShownDigits } ? "names no model" : Shards.Count == 0 ? "names no shards" : null;
}

/// <summary>A shard whose rows have a rarity.</summary>
internal sealed record CoveredShard(string Name, string Sha256);

namespace ParquetPool.Scorer.Coverage;

/// <summary>The last line of <c>scorer coverage</c>.</summary>
/// <param name="Rows">Usable rows.</param>
/// <param name="SampleRows">Rows by which the density was measured.</param>
/// <param name="RarityOfTenth">The rarity that a tenth of the rows reach, in nats.</param>
/// <param name="MostRarity">Of the rarest row.</param>
internal sealed record CoverageSummary(
    string Command,
    long Rows,
    long Rejected,
    int SampleRows,
    double Share,
    double RarityOfTenth,
    double MostRarity,
    double Seconds,
    string Coverage,
    string RarestCsv,
    string Page);

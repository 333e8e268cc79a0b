namespace ParquetPool.Trainer.Demo;

/// <summary>The last line of <c>trainer demo</c>.</summary>
/// <param name="RareInRanked">Rows of rare classes among those ranked by BALD.</param>
/// <param name="PlantedNearest">Planted copies whose original the audit found as their nearest train row.</param>
/// <param name="PlantedClosest">Planted pairs among as many closest pairs as were planted.</param>
internal sealed record DemoSummary(
    string Command,
    int Rows,
    int Labelled,
    double HoldoutAccuracy,
    double TestAccuracy,
    string RankedFile,
    int RareInRanked,
    int Planted,
    int PlantedNearest,
    int PlantedClosest,
    double Seconds,
    string Folder);

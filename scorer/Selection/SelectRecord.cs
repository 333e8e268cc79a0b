using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Selection;

/// <summary>What a finished selection says of itself: <c>select.json</c>, written last.</summary>
/// <param name="Model">The model of the scoring run, or the one that gave the embeddings; null for none.</param>
/// <param name="By">The score gone by; "none" for a pool without scores.</param>
/// <param name="ScoreSeed">The scoring run's.</param>
/// <param name="Passes">The scoring run's.</param>
/// <param name="PoolRows">Rows of the pool that may be selected.</param>
/// <param name="Candidates">Rows the strategy looked at.</param>
/// <param name="LabelledInPool">Excluded rows that stand in the pool.</param>
/// <param name="Telling">Rows that batchbald chose before no other told more about the committee, or novel of clusters short of labels; null for other strategies.</param>
/// <param name="Explored">Selected rows that were drawn for exploration.</param>
/// <param name="HeldBack">Rows looked at that double a labelled or selected one.</param>
/// <param name="Targets">As the rows that matter were named; null where the strategy asks for none.</param>
/// <param name="Coverage">The run that told the rows' rarities; null where the strategy asks for none.</param>
/// <param name="Hierarchy">The file of super-classes that questions are about; null where rows are selected. <paramref name="Selected"/> and <paramref name="Asked"/> are questions then.</param>
/// <param name="ClassCost">What naming a class was said to cost, in answers; null where nobody said so.</param>
/// <param name="Asked">Rows asked for, with a hierarchy answers; <paramref name="Selected"/> are fewer where there were not as many.</param>
internal sealed record SelectRecord(
    int SchemaVersion,
    RunModel? Model,
    ulong ScoreSeed,
    int Passes,
    string Strategy,
    string By,
    ulong Seed,
    int? PerClassMax,
    double Explore,
    double? NoNearDuplicates,
    string? Column,
    long PoolRows,
    int Candidates,
    int LabelledInPool,
    int Selected,
    int? Telling,
    int Explored,
    int HeldBack,
    RunVersions Versions,
    int? Asked = null,
    IReadOnlyList<string>? Targets = null,
    string? Coverage = null,
    string? Hierarchy = null,
    double? ClassCost = null) : ICheckedRecord
{
    /// <inheritdoc/>
    public string? Fault() => Model is { Sha256.Length: < RunModel.ShownDigits } ? "names no model" : null;
}

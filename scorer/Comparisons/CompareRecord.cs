using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>What a finished run says of itself: <c>compare.json</c>, written last.</summary>
/// <param name="Model">What ranked the rows; null where there was none.</param>
/// <param name="Strategy">How pairs were chosen.</param>
/// <param name="Rows">Usable rows of the pool.</param>
/// <param name="Candidates">Rows among which pairs were sought.</param>
/// <param name="Answered">Pairs that were not asked for again.</param>
/// <param name="Asked">Pairs that were wanted.</param>
/// <param name="Pairs">Pairs that were found.</param>
internal sealed record CompareRecord(
    int SchemaVersion,
    RunModel? Model,
    int Passes,
    ulong Seed,
    string Strategy,
    long Rows,
    long Rejected,
    int Candidates,
    int PerRow,
    int Answered,
    int Asked,
    int Pairs,
    bool HasTasks,
    RunVersions Versions) : ICheckedRecord
{
    /// <inheritdoc/>
    public string? Fault() => Model is { Sha256.Length: < RunModel.ShownDigits } ? "names no model" : null;
}

/// <summary>The last line of <c>scorer compare</c>; see <see cref="CompareRecord"/>.</summary>
/// <param name="RankedCsv">All rows, the most preferred first; null without a model.</param>
/// <param name="Tasks">For Label Studio; null where the pool has nothing to look at.</param>
internal sealed record CompareSummary(
    string Command,
    string Strategy,
    long Rows,
    long Rejected,
    int Candidates,
    int Answered,
    int Asked,
    int Pairs,
    double Seconds,
    string PairsCsv,
    string? RankedCsv,
    string? Tasks,
    string? Interface)
{
    /// <summary>The summary of a finished run.</summary>
    public static CompareSummary Of(CompareRecord record, CompareFiles files, TimeSpan took) => new(
        Command: "compare",
        Strategy: record.Strategy,
        Rows: record.Rows,
        Rejected: record.Rejected,
        Candidates: record.Candidates,
        Answered: record.Answered,
        Asked: record.Asked,
        Pairs: record.Pairs,
        Seconds: Math.Round(took.TotalSeconds, 2),
        PairsCsv: files.PairsCsv,
        RankedCsv: record.Model is null ? null : files.RankedCsv,
        Tasks: record.HasTasks ? files.Tasks : null,
        Interface: record.HasTasks ? files.Interface : null);
}

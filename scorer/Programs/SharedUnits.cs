namespace ParquetPool.Scorer.Programs;

/// <summary>A value that all members read.</summary>
/// <param name="Value">Its name in the committee's graph.</param>
/// <param name="ByUnit">Whether it is [unit, row] there, instead of [row, unit].</param>
/// <param name="Output">The output of the shared graph that holds it as [unit, row].</param>
/// <param name="Units">How many units it has.</param>
internal sealed record SharedUnits(string Value, bool ByUnit, string Output, int Units);

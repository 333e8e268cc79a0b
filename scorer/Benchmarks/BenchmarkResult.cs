namespace ParquetPool.Scorer.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="Ratio">Ours over the baseline, both measured in this run; above 1 is faster.</param>
/// <param name="Settings">How <c>scorer score</c> was fastest, where that was looked for.</param>
internal sealed record BenchmarkResult(string Name, string Ours, string Baseline, double Ratio, string Note, PoolSettings? Settings = null);

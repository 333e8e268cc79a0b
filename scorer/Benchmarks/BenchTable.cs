using ParquetPool.Commands;
using ParquetPool.Contract;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>The lines that <c>scorer bench</c> prints about a model.</summary>
internal static class BenchTable
{
    /// <summary>Rows of the pools that are written for the purpose: some seconds of scoring, so that starting does not count for much.</summary>
    public const int PoolRows = 131_072;

    /// <summary>The committee at <paramref name="passes"/> and five times as many, in memory; then from shards of <paramref name="poolRows"/> rows in all.</summary>
    /// <exception cref="OperationCanceledException">The command is to stop; nothing is left behind.</exception>
    public static IEnumerable<BenchmarkResult> Run(string name, ModelPackage package, int passes, int poolRows, CommandContext context)
    {
        var (few, rate) = CommitteeBenchmark.Measure(name, package, passes, context);
        yield return few;
        var (many, manyRate) = CommitteeBenchmark.Measure(name, package, 5 * passes, context);
        yield return many;
        yield return new BenchmarkResult(
            $"{name}, time of T = {5 * passes}", $"{rate / manyRate:N2} × that of T = {passes}", "5 times the members: 5.00 ×", 5 * manyRate / rate, "work shared by all members is done once");
        foreach (var line in PoolBenchmark.Run(name, package, passes, poolRows, context))
        {
            yield return line;
        }
    }
}

/// <summary>A line of the table.</summary>
/// <param name="Ratio">Ours over the baseline, both measured in this run; above 1 is faster.</param>
/// <param name="Settings">How <c>scorer score</c> was fastest, where that was looked for.</param>
internal sealed record BenchmarkResult(string Name, string Ours, string Baseline, double Ratio, string Note, PoolSettings? Settings = null);

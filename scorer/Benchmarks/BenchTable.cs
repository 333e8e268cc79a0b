using ParquetPool.Contract;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>The lines that <c>scorer bench</c> prints.</summary>
internal static class BenchTable
{
    /// <summary>Measures the reference models.</summary>
    public static IEnumerable<BenchmarkResult> Run(int passes) =>
        Run("mlp 512-512-512-50", ReferenceModels.Mlp(), passes).Concat(Run("cnn 28x28", ReferenceModels.Cnn(), passes));

    /// <summary>The committee at <paramref name="passes"/> and five times as many, in memory; then from shards.</summary>
    public static IEnumerable<BenchmarkResult> Run(string name, ModelPackage package, int passes)
    {
        var (few, rate) = CommitteeBenchmark.Measure(name, package, passes);
        yield return few;
        var (many, manyRate) = CommitteeBenchmark.Measure(name, package, 5 * passes);
        yield return many;
        yield return new BenchmarkResult(
            $"{name}, time of T = {5 * passes}", $"{rate / manyRate:N2} × that of T = {passes}", "5 times the members: 5.00 ×", 5 * manyRate / rate, "work shared by all members is done once");
        foreach (var line in PoolBenchmark.Run(name, package, passes))
        {
            yield return line;
        }
    }
}

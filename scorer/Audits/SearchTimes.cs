using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Audits;

/// <summary>What a search did and how long it took.</summary>
internal sealed class SearchTimes
{
    private long compared;
    private long comparedBefore;
    private long recomputed;

    public TimeSpan Reading { get; set; }

    public TimeSpan Indexing { get; set; }

    public TimeSpan Searching { get; set; }

    /// <summary>Counts what an earlier run did.</summary>
    public void Resume(long pairsCompared, long decided) => (comparedBefore, recomputed) = (pairsCompared, decided);

    public void Add(long pairsCompared, long decided) => (compared, recomputed) = (compared + pairsCompared, recomputed + decided);

    /// <summary>How fast the search was.</summary>
    /// <param name="plain">The rate of a plain Gemm, 10⁹ operations per second; null where none was measured.</param>
    public AuditSpeed Speed(int threads, int width, bool indexed, double? plain)
    {
        var rate = Searching > TimeSpan.Zero ? 2e-9 * compared * width / Searching.TotalSeconds : 0;
        return new AuditSpeed(
            Threads: threads,
            PairsCompared: comparedBefore + compared,
            Recomputed: recomputed,
            ReadSeconds: Round(Reading.TotalSeconds),
            IndexSeconds: indexed ? Round(Indexing.TotalSeconds) : null,
            SearchSeconds: Round(Searching.TotalSeconds),
            Gflops: Round(rate),
            PlainGemmGflops: Round(plain),
            Ratio: Round(rate / plain));
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static double? Round(double? value) => value is { } known ? Round(known) : null;
}

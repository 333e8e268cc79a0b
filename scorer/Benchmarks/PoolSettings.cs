namespace ParquetPool.Scorer.Benchmarks;

/// <summary>What <c>scorer score</c> is told of the machine.</summary>
internal sealed record PoolSettings(int BatchRows, int Threads)
{
    public override string ToString() => $"--batch-rows {BatchRows} --threads {Threads}";
}

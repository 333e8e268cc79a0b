using ParquetPool.Scorer.Benchmarks;

namespace ParquetPool.Scorer.Tests.Benchmarks;

public class BenchTableTests
{
    [Fact]
    public void AModelIsMeasuredInMemoryAndFromBothKindsOfColumns()
    {
        var lines = BenchTable.Run("small", TestModels.Mlp(0.5f, 12, 8, 3), passes: 2).ToList();

        lines.Select(l => l.Name).Should().Equal(
            "committee, small, T = 2", "committee, small, T = 10", "small, time of T = 10",
            "pool of packed columns to score files, small, T = 2", "pool of list columns to score files, small, T = 2");
        lines.Should().OnlyContain(l => double.IsFinite(l.Ratio) && l.Ratio > 0);
    }
}

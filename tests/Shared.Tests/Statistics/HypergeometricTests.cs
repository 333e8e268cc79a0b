using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public class HypergeometricTests
{
    [Fact]
    public void It_counts_the_ways_of_drawing()
    {
        for (var total = 1; total <= 12; total++)
        {
            for (var marked = 0; marked <= total; marked++)
            {
                for (var drawn = 1; drawn <= total; drawn++)
                {
                    for (var found = Math.Max(0, drawn + marked - total); found <= Math.Min(marked, drawn); found++)
                    {
                        var ways = Enumerable.Range(0, found + 1).Sum(x => Ways(marked, x) * Ways(total - marked, drawn - x));
                        Hypergeometric.AtMost(total, marked, drawn, found).Should().BeApproximately(ways / Ways(total, drawn), 1e-12);
                    }
                }
            }
        }
    }

    [Fact]
    public void None_of_many_drawn_is_a_product_of_shares()
    {
        // None of 300 labelled among 2,000 of 60,000 rows: each of the labels is elsewhere.
        var expected = Enumerable.Range(0, 300).Aggregate(1.0, (chance, label) => chance * (58_000 - label) / (60_000 - label));

        Hypergeometric.AtMost(60_000, 300, 2_000, 0).Should().BeApproximately(expected, 1e-9 * expected);
        Hypergeometric.AtMost(60_000, 300, 2_000, 300).Should().BeApproximately(1, 1e-9);
    }

    private static double Ways(int n, int k) => k < 0 || k > n ? 0 : Enumerable.Range(0, k).Aggregate(1.0, (ways, i) => ways * (n - i) / (i + 1));
}

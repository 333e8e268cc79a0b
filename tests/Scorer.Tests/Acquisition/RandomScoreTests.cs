using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Tests.Acquisition;

public class RandomScoreTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, 2000).Select(row => $"row-{row}")];

    [Fact]
    public void PurposesOrderTheSameRowsIndependently()
    {
        Purpose[] purposes = [Purpose.PowerNoise, Purpose.ExploredRows, Purpose.SpareRows, Purpose.BaselineRows];
        double[][] drawn = [[.. Ids.Select(id => RandomScore.Of(0, id))], .. purposes.Select(purpose => Ids.Select(id => RandomScore.Of(0, id, purpose)).ToArray())];

        for (var a = 0; a < drawn.Length; a++)
        {
            drawn[a].Average().Should().BeApproximately(0.5, 4 * Math.Sqrt(1 / 12.0 / Ids.Length));
            for (var b = 0; b < a; b++)
            {
                drawn[a].Zip(drawn[b], (x, y) => 12 * (x - 0.5) * (y - 0.5)).Average().Should().BeApproximately(0, 4 / Math.Sqrt(Ids.Length));
            }
        }
    }
}

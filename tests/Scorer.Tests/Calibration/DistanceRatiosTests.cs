using ParquetPool.Randomness;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Tests.Calibration;

public sealed class DistanceRatiosTests
{
    private const int Rows = 20_000;

    [Theory]
    [InlineData(20, 0)]
    [InlineData(25, 0)]
    [InlineData(25, 0.006)]
    public void The_chance_of_the_nearest_row_is_that_of_its_own_dimensions_where_fewer_are_near(double dimensions, double step)
    {
        var ratios = new DistanceRatios(Drawn(k => (1 / dimensions) - (step * Math.Log2(k))));

        foreach (var ratio in new[] { 0.9, 0.95, 0.98 })
        {
            ratios.ChanceWithin(ratio, 1).Should().BeApproximately(Math.Pow(ratio, dimensions), 0.03);
        }
    }

    /// <summary>Rows of which the logarithms of (d(k) / d(k + 1))^k are exponential.</summary>
    /// <param name="mean">Of neighbour k: 1 / dimensions.</param>
    private static NeighbourDistances Drawn(Func<int, double> mean)
    {
        var random = new PhiloxStream(3, 0);
        var distances = new NeighbourDistances(Rows, within: false);
        for (var row = 0; row < Rows; row++)
        {
            var neighbours = new Neighbour[NeighbourDistances.Kept];
            var distance = 1.0;
            for (var k = NeighbourDistances.Kept; k >= 1; k--)
            {
                distance *= k == NeighbourDistances.Kept ? 1 : Math.Pow(random.Uniform(), mean(k) / k);
                neighbours[k - 1] = new Neighbour(k, "", NeighbourDistances.SimilarityAt(distance), default, Exact: false);
            }
            distances.Set(row, neighbours);
        }
        return distances;
    }
}

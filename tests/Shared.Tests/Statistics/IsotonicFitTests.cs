using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public sealed class IsotonicFitTests
{
    [Fact]
    public void Violators_are_pooled_by_their_weights() =>
        IsotonicFit.Of([0, 0.5, 0.25, 1, 0], [1, 1, 3, 1, 1]).Should().Equal(0, 0.3125, 0.3125, 0.5, 0.5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_other_non_decreasing_sequence_is_nearer(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 12).Select(i => random.NextDouble() + (i / 24.0)).ToArray();
        var weights = values.Select(_ => 0.2 + random.NextDouble()).ToArray();
        double Cost(IEnumerable<double> fit) => fit.Zip(values, weights).Sum(of => of.Third * (of.First - of.Second) * (of.First - of.Second));

        var fit = IsotonicFit.Of(values, weights);

        fit.Should().BeInAscendingOrder();
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            var other = fit.Select(v => v + (0.1 * (random.NextDouble() - 0.5))).Order().ToArray();
            Cost(other).Should().BeGreaterThanOrEqualTo(Cost(fit) - 1e-12);
        }
    }
}

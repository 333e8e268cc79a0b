using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public sealed class IsotonicCurveTests
{
    [Fact]
    public void A_curve_that_only_rises_stays()
    {
        var curve = new IsotonicCurve([10, 20, 40], [0.2, 0.4, 0.8]);

        Enumerable.Range(0, 3).Select(i => curve[i]).Should().Equal(0.2, 0.4, 0.8);
        curve.LabelsFor(0.5).Should().BeApproximately(25, 1e-9, "a quarter of the way from 20 to 40");
        curve.LabelsFor(0.1).Should().Be(10);
        curve.LabelsFor(0.81).Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Is_the_minimax_of_averages(ulong seed)
    {
        var random = new PhiloxStream(seed, 0);
        double[] noisy = [.. Enumerable.Range(0, 12).Select(i => (0.05 * i) + random.Uniform())];

        var curve = new IsotonicCurve([.. Enumerable.Range(1, 12)], noisy);

        // Barlow et al. (1972): the fit at i is the greatest over starts up to i of the least over ends from i of the averages.
        for (var i = 0; i < noisy.Length; i++)
        {
            var expected = Enumerable.Range(0, i + 1).Max(from => Enumerable.Range(i, noisy.Length - i).Min(to => noisy[from..(to + 1)].Average()));
            curve[i].Should().BeApproximately(expected, 1e-12);
        }
    }
}

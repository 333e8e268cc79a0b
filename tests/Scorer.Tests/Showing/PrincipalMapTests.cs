using ParquetPool.Randomness;
using ParquetPool.Scorer.Showing;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Showing;

public sealed class PrincipalMapTests
{
    [Fact]
    public void RowsThatDifferInTwoDirectionsAreShownWhole()
    {
        // On the unit circle of a plane that lies askew in eight dimensions.
        float[] first = [0.5f, 0.5f, 0.5f, 0.5f, 0, 0, 0, 0];
        float[] second = [0, 0, 0, 0, 0.5f, -0.5f, 0.5f, -0.5f];
        var angles = Enumerable.Range(0, 24).Select(i => 2 * Math.PI * i / 24).ToArray();
        var points = new Points([.. angles.SelectMany(angle => first.Zip(second, (a, b) => (float)((3 * a * Math.Cos(angle)) + (3 * b * Math.Sin(angle)))))], 8);

        var (places, share) = PrincipalMap.Of(points);

        share.Should().BeApproximately(1, 1e-5);
        places.Should().OnlyContain(place => Math.Abs(Math.Sqrt((place.X * place.X) + (place.Y * place.Y)) - 1) < 1e-3, "vectors of length 1 keep their distances in a plane");
    }

    [Fact]
    public void TheFirstDirectionIsThatOfTheGreatestVariance()
    {
        var draws = new PhiloxStream(3, 0);
        var values = Enumerable.Range(0, 300).SelectMany(row => new[] { 10f, (float)draws.Normal(), 0.2f * (float)draws.Normal(), 0.05f * (float)draws.Normal() }).ToArray();

        var (places, share) = PrincipalMap.Of(new Points(values, 4));

        Correlation([.. places.Select(place => place.X)], [.. Enumerable.Range(0, 300).Select(row => (double)values[(4 * row) + 1])]).Should().BeGreaterThan(0.999);
        Correlation([.. places.Select(place => place.Y)], [.. Enumerable.Range(0, 300).Select(row => (double)values[(4 * row) + 2])]).Should().BeGreaterThan(0.99);
        share.Should().BeInRange(0.99, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void RowsThatDoNotDifferLieInOnePlace(int rows)
    {
        var (places, share) = PrincipalMap.Of(new Points([.. Enumerable.Repeat(new[] { 0.6f, 0.8f }, rows).SelectMany(row => row)], 2));

        places.Should().AllBeEquivalentTo((0.0, 0.0), options => options.Using<double>(value => value.Subject.Should().BeApproximately(0, 1e-6)).WhenTypeIs<double>());
        share.Should().BeInRange(0, 1);
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return Math.Abs(a.Zip(b).Sum(of => (of.First - meanA) * (of.Second - meanB)) / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB))));
    }
}

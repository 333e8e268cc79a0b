using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public class RowDensityTests
{
    [Fact]
    public void PlacesAreAsFarFromTheMiddleAsMahalanobisSays()
    {
        var rows = Drawn(80, draws => [(float)(3 * draws.Normal()), (float)draws.Normal()]).Select(row => new[] { row[0] + 100, row[1] + (2 * row[0]) }).ToArray();
        double[] mean = [rows.Average(row => (double)row[0]), rows.Average(row => (double)row[1])];
        double Moment(int i, int j) => rows.Average(row => (row[i] - mean[i]) * (row[j] - mean[j]));
        var (a, b, c) = (Moment(0, 0), Moment(0, 1), Moment(1, 1));

        var space = LatentSpace.Of(rows);

        space.Dimensions.Should().Be(2);
        foreach (var row in rows.Take(10))
        {
            var (x, y) = (row[0] - mean[0], row[1] - mean[1]);
            var expected = ((c * x * x) - (2 * b * x * y) + (a * y * y)) / ((a * c) - (b * b));
            space.Place(row).Sum(value => (double)value * value).Should().BeApproximately(expected, 1e-3 * (1 + expected));
        }
    }

    [Fact]
    public void DirectionsInWhichRowsAreAlikeAreNone()
    {
        var rows = Drawn(60, draws => [(float)draws.Normal(), 7, 0, (float)draws.Normal()]).Select(row => new[] { row[0], row[1], row[2], row[3], row[0] + row[3] }).ToArray();

        LatentSpace.Of(rows).Dimensions.Should().Be(2);
    }

    [Fact]
    public void RadiiAreThoseOfSortedDistances()
    {
        var sample = Drawn(101, draws => [(float)draws.Normal(), (float)draws.Normal(), (float)draws.Normal()]);
        double[] Distances(float[] place, int self) => [.. sample.Index().Where(other => other.Index != self).Select(other => Math.Sqrt(place.Zip(other.Item, (x, y) => Math.Pow(x - y, 2)).Sum())).Order()];
        double[] whole = [.. sample.Select((place, row) => Distances(place, row)[9]).Order()];
        var dimensions = Math.Log(2) / sample.Select((place, row) => Math.Log(Distances(place, row)[9] / Distances(place, row)[4])).Average();

        var radii = new Radii(sample, share: 0.1);

        radii.Dimensions.Should().BeApproximately(dimensions, 1e-4);
        for (var row = 0; row < sample.Length; row++)
        {
            radii.Rarity(sample[row], row).Should().BeApproximately(dimensions * Math.Log(Distances(sample[row], row)[9] / whole[50]), 1e-4);
        }
        float[] stranger = [1, -2, 0.5f];
        radii.Rarity(stranger, -1).Should().BeApproximately(dimensions * Math.Log(Distances(stranger, -1)[9] / whole[50]), 1e-4);
    }

    [Fact]
    public void ASubgroupWhoseRowsLieCloseTogetherIsRare()
    {
        var rows = Planted();

        var rarities = Rarities(rows);

        rarities[..12].Min().Should().BeGreaterThan(rarities[12..].Order().ElementAt(350));
    }

    [Fact]
    public void NeitherLengthsNorUnknownNumbersMakeARarityNoNumber()
    {
        var rows = Planted();
        rows[20] = [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN];
        rows[21] = new float[6];

        Rarities(rows).Should().OnlyContain(rarity => double.IsFinite(rarity));
        Rarities([.. Enumerable.Repeat(new float[] { 1, 2, 3 }, 50)]).Should().OnlyContain(rarity => rarity == 0);
    }

    [Fact]
    public void RowsFarOutDoNotHideHowTheOthersLie()
    {
        var rows = Planted();
        (rows[100], rows[200], rows[300]) = ([1e30f, -1e30f, 1, 1, 1, 1], [1, 1e12f, 1, 1, 1, 1], [1, 1, 3e38f, 3e38f, -3e38f, 1e7f]);

        var rarities = Rarities(rows);

        rarities.Should().OnlyContain(rarity => double.IsFinite(rarity));
        new[] { rarities[100], rarities[200], rarities[300] }.Min().Should().BeGreaterThan(rarities[..12].Max());
        rarities[..12].Min().Should().BeGreaterThan(rarities[12..].Order().ElementAt(350));
    }

    [Fact]
    public void CopiesOfMostRowsDoNotHideHowTheOthersLie()
    {
        var rarities = Rarities([.. Planted(), .. Enumerable.Repeat(new float[] { 1, 0, 2, 0, 1, 0 }, 700)]);

        rarities[..12].Min().Should().BeGreaterThan(rarities[12..412].Order().ElementAt(350)).And.BeGreaterThan(0);
        rarities[412..].Max().Should().BeLessThan(rarities[..412].Min());
    }

    /// <summary>Twelve rows apart from four hundred.</summary>
    private static float[][] Planted()
    {
        var row = 0;
        return Drawn(412, draws =>
        {
            var planted = row++ < 12;
            return [.. Enumerable.Range(0, 6).Select(at => (float)(planted ? 4 + (0.1 * draws.Normal()) : draws.Normal() + (at == row % 3 ? 5 : 0)))];
        });
    }

    private static double[] Rarities(float[][] rows)
    {
        var density = new RowDensity(rows);
        return [.. rows.Select((row, self) => density.Rarity(row, self))];
    }

    private static float[][] Drawn(int rows, Func<PhiloxStream, float[]> row)
    {
        var draws = new PhiloxStream(5, Purpose.ProbeRows);
        return [.. Enumerable.Range(0, rows).Select(_ => row(draws))];
    }
}

using ParquetPool.Randomness;
using ParquetPool.Scorer.Tests.Audits;

namespace ParquetPool.Scorer.Tests.Calibration;

public sealed class CalibratorTests
{
    [Theory]
    [InlineData(3, 0.05)]
    [InlineData(4, 0.2)]
    [InlineData(5, 0.2)]
    public void The_cut_for_precision_09_has_it_on_made_vectors_of_uneven_density(ulong seed, double share)
    {
        var random = new PhiloxStream(seed, 9);
        var (train, test) = (Vectors(6000, random), Vectors(3000, random));
        var planted = new PlantedSplits(train, test, (int)(3000 * share), seed, (row, copy, draws) => Noisy(row, (copy % 3) + 1, draws));
        planted.PrecisionAt(planted.Curve.AtPrecision(0.9)!.Similarity).Should().BeInRange(0.85, 0.95);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 1000)]
    public void And_on_real_images_mirrored_blurred_and_erased_but_for_natural_duplicates(ulong seed, int copies)
    {
        var planted = new PlantedSplits(FashionMnist.Images("train", 12000), FashionMnist.Images("t10k", 5000), copies, seed, Altered);
        planted.PrecisionAt(planted.Curve.AtPrecision(0.9)!.Similarity, naturalRatio: 0.6).Should().BeInRange(0.85, 0.95);
    }

    [Fact]
    public void Where_nothing_stands_twice_no_cut_is_given()
    {
        var random = new PhiloxStream(1, 9);
        var planted = new PlantedSplits(Vectors(3000, random), Vectors(2000, random), 0, 1, (row, _, _) => row);
        planted.Curve.AtPrecision(0.5).Should().BeNull();
        planted.Curve.Cuts.Should().OnlyContain(cut => cut.Precision < 0.5 && cut.Interval.Low <= cut.Precision + 0.05);
    }

    [Fact]
    public void Of_few_rows_there_is_no_estimate()
    {
        var random = new PhiloxStream(1, 9);
        var curve = new PlantedSplits(Vectors(3000, random), Vectors(100, random), 50, 1, (row, _, _) => row).Curve;
        curve.Cuts.Should().BeEmpty();
        curve.Lack.Should().StartWith("100 rows with 5 neighbours each are too few for an estimate, expected 500 or more");
    }

    // Points of a curved surface of ten dimensions in 64, denser in the middle, with a little noise beside it.
    private static float[][] Vectors(int rows, PhiloxStream random)
    {
        const int Inner = 10;
        const int Outer = 64;
        var fold = new PhiloxStream(99, 0);
        var weights = Enumerable.Range(0, Inner * Outer).Select(_ => fold.Normal()).ToArray();
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var scale = 0.3 + random.Uniform();
            var point = Enumerable.Range(0, Inner).Select(_ => scale * random.Normal()).ToArray();
            return Enumerable.Range(0, Outer).Select(o => (float)(Math.Tanh(0.5 * Enumerable.Range(0, Inner).Sum(i => weights[(i * Outer) + o] * point[i])) + (0.02 * random.Normal()))).ToArray();
        })];
    }

    private static float[] Noisy(float[] row, int strength, PhiloxStream random) => Array.ConvertAll(row, v => v + (float)(0.08 * strength * random.Normal()));

    private static float[] Altered(float[] image, int copy, PhiloxStream random)
    {
        const int Side = 28;
        float At(int y, int x) => image[(Math.Clamp(y, 0, Side - 1) * Side) + Math.Clamp(x, 0, Side - 1)];
        var (top, left) = (random.Below(20), random.Below(20));
        float Value(int y, int x) => (copy % 3) switch
        {
            0 => At(y, Side - 1 - x),
            1 => (At(y, x) + At(y, x + 1) + At(y, x - 1) + At(y + 1, x) + At(y - 1, x)) / 5,
            _ => y >= top && y < top + 4 && x >= left && x < left + 4 ? 0 : At(y, x),
        };
        return [.. Enumerable.Range(0, Side * Side).Select(place => Value(place / Side, place % Side))];
    }
}

using ParquetPool.Pictures;
using ParquetPool.Trainer.Probing;

namespace ParquetPool.Trainer.Tests.Probing;

public sealed class ProbedNetworkTests
{
    private const int Width = 12;

    /// <summary>Gradient descent moves one linear layer W x + b by multiples of [x, 1] alone: f(z) = W z + (x − W x) ([x, 1] · [z, 1]) / ([x, 1] · [x, 1]), with the first W.</summary>
    [Fact]
    public void OneLinearLayerEndsAtItsClosedForm()
    {
        using var network = new ProbedNetwork(ProbeNetwork.Mlp, depth: 1, Width, image: null, units: 5, seed: 3);
        var first = network.Weights.Values.Single(values => values.Length == Width * Width);
        var (x, z) = (Row(1), Row(2));

        network.Learn(x, steps: 2000, TestContext.Current.CancellationToken).Missed.Should().BeLessThan(1e-4, "it stops where it has come to rest, not where it swings past");

        var share = (Dot(x, z) + 1) / (Dot(x, x) + 1);
        var (ofX, ofZ) = (Product(x, first), Product(z, first));
        network.Give([z])[0].Zip(Enumerable.Range(0, Width).Select(i => ofZ[i] + ((x[i] - ofX[i]) * share))).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.01);
    }

    [Fact]
    public void DeeperConvolutionsGiveBackLessOfWhatTheyAreGiven()
    {
        var image = new PictureFormat(1, 8, 8, false);
        double[] kept =
        [
            .. new[] { 1, 6 }.Select(depth =>
            {
                using var network = new ProbedNetwork(ProbeNetwork.Cnn, depth, image.Numbers, image, units: 6, seed: 1);
                network.Learn(Row(1, image.Numbers), steps: 400, TestContext.Current.CancellationToken).Missed.Should().BeLessThan(0.1);
                var other = Row(2, image.Numbers);
                return ProbedNetwork.Correlation(network.Give([other])[0], other);
            }),
        ];

        kept[0].Should().BeGreaterThan(0.9).And.BeGreaterThan(kept[1] + 0.1);
    }

    private static float[] Row(int salt, int width = Width) => [.. Enumerable.Range(0, width).Select(i => (float)(1.4 * Math.Sin((salt * 1.7) + (i * salt * 0.9))))];

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <param name="weights">[input, output]</param>
    private static double[] Product(float[] row, float[] weights) => [.. Enumerable.Range(0, Width).Select(o => Enumerable.Range(0, Width).Sum(i => (double)row[i] * weights[(i * Width) + o]))];
}

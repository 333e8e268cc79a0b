using ParquetPool.Graphs;
using ParquetPool.Pictures;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Embedding;

/// <summary>What of an image's Fourier transform stays the same when the image is moved or mirrored: the magnitudes.</summary>
/// <remarks>
/// With P(u, v) the magnitude at the frequencies u down and v across, a shift changes phases only (but for what leaves the image), and
/// mirroring exchanges P(u, v) and P(−u, v). So P(u, v) + P(−u, v) and |P(u, v) − P(−u, v)| remain. They are taken of the image as it is
/// and under a Hann window, which leaves out what a shift brings in at the edge.
/// </remarks>
internal static class Spectrum
{
    // Above these frequencies there is more noise than picture.
    private const int MostFrequency = 12;
    private const float LeastSquare = 1e-6f;

    /// <summary>Writes the magnitudes of each channel.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="image">[batch, channel, height, width].</param>
    /// <returns>[batch, width], and the width.</returns>
    public static (string Value, int Width) Of(GraphBuilder graph, string image, PictureFormat shape)
    {
        var (down, across) = (Frequencies(shape.Height), Frequencies(shape.Width));
        string[] parts = [.. Magnitudes(graph, image, shape, down, across, windowed: false), .. Magnitudes(graph, image, shape, down, across, windowed: true)];
        return (graph.Op("Concat", parts, Attributes.Int("axis", 1)), parts.Length * shape.Channels * down * across);
    }

    private static int Frequencies(int side) => Math.Min(MostFrequency, side / 2) + 1;

    private static IEnumerable<string> Magnitudes(GraphBuilder graph, string image, PictureFormat shape, int down, int across, bool windowed)
    {
        var (cosAcross, sinAcross) = (Waves(graph, shape.Width, across, Math.Cos, windowed, turned: false), Waves(graph, shape.Width, across, Math.Sin, windowed, turned: false));
        var (cosDown, sinDown) = (Waves(graph, shape.Height, down, Math.Cos, windowed, turned: true), Waves(graph, shape.Height, down, Math.Sin, windowed, turned: true));
        var (even, odd) = (graph.Op("MatMul", [image, cosAcross]), graph.Op("MatMul", [image, sinAcross]));
        var (coscos, sinsin) = (graph.Op("MatMul", [cosDown, even]), graph.Op("MatMul", [sinDown, odd]));
        var (sincos, cossin) = (graph.Op("MatMul", [sinDown, even]), graph.Op("MatMul", [cosDown, odd]));
        var one = Length(graph, graph.Sub(coscos, sinsin), graph.Add(sincos, cossin));
        var other = Length(graph, graph.Add(coscos, sinsin), graph.Sub(sincos, cossin));
        yield return graph.Op("Flatten", [graph.Add(one, other)]);
        yield return graph.Op("Flatten", [graph.Op("Abs", [graph.Sub(one, other)])]);
    }

    private static string Length(GraphBuilder graph, string real, string imaginary)
    {
        var square = graph.Add(graph.Mul(real, real), graph.Mul(imaginary, imaginary));
        return graph.Op("Sqrt", [graph.Add(square, graph.Scalar(LeastSquare))]);
    }

    /// <summary>[place, frequency], or turned, divided by the side's root.</summary>
    private static string Waves(GraphBuilder graph, int side, int frequencies, Func<double, double> wave, bool windowed, bool turned)
    {
        var values = new float[side * frequencies];
        for (var place = 0; place < side; place++)
        {
            var weight = (windowed ? Math.Pow(Math.Sin(Math.PI * (place + 0.5) / side), 2) : 1) / Math.Sqrt(side);
            for (var frequency = 0; frequency < frequencies; frequency++)
            {
                values[turned ? (frequency * side) + place : (place * frequencies) + frequency] = (float)(weight * wave(2 * Math.PI * frequency * place / side));
            }
        }
        return graph.Constant("waves", values, turned ? [frequencies, side] : [side, frequencies]);
    }
}

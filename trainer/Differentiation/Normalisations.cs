using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of normalisations.</summary>
internal static class Normalisations
{
    /// <summary>The op under which <see cref="ForwardPass"/> records a batch normalisation by batch statistics.</summary>
    /// <remarks>Inputs: x, scale, bias, x − mean, variance [1, channel, 1, ...].</remarks>
    public const string TrainedBatchNormalization = nameof(TrainedBatchNormalization);

    /// <summary>Ioffe and Szegedy 2015, section 3: the statistics depend on x too.</summary>
    public static string?[] BatchTrained(GradientContext c, NodeProto node, string dy)
    {
        var (g, x, scale, centred) = (c.Graph, node.Input[0], node.Input[1], node.Input[3]);
        var rank = c.Shape(x).Length;
        var inverse = InverseDeviation(g, node.Input[4], node.FloatOr("epsilon", 1e-5f));
        var mean = g.MeanPerChannel(dy, rank);
        var slope = g.Mul(g.MeanPerChannel(g.Mul(dy, centred), rank), inverse);
        string? dx = null, dScale = null, dBias = null;
        if (c.Learns(x))
        {
            var straight = g.Sub(g.Sub(dy, mean), g.Mul(centred, g.Mul(slope, inverse)));
            dx = g.Mul(straight, g.Mul(inverse, PerChannel(g, scale, rank)));
        }
        if (c.Learns(scale) || c.Learns(node.Input[2]))
        {
            // Sums are the means times the rows and pixels per channel.
            var size = g.AsFloat(g.Op("Size", [x]));
            var count = g.Div(size, g.Scalar(c.Shape(scale)[0]));
            dScale = g.Mul(g.Reshape(slope, -1), count);
            dBias = g.Mul(g.Reshape(mean, -1), count);
        }
        return [dx, dScale, dBias];
    }

    /// <summary>With fixed statistics the node is a line per channel.</summary>
    public static string?[] BatchFixed(GradientContext c, NodeProto node, string dy)
    {
        var (g, x, scale, bias) = (c.Graph, node.Input[0], node.Input[1], node.Input[2]);
        var rank = c.Shape(x).Length;
        var inverse = InverseDeviation(g, node.Input[4], node.FloatOr("epsilon", 1e-5f));
        return [
            c.Learns(x) ? g.Mul(dy, PerChannel(g, g.Mul(scale, inverse), rank)) : null,
            c.Learns(scale)
                ? g.Mul(g.SumPerChannel(g.Mul(dy, g.Sub(x, PerChannel(g, node.Input[3], rank))), rank), inverse)
                : null,
            c.Learns(bias) ? g.SumPerChannel(dy, rank) : null];
    }

    /// <summary>Ba, Kiros and Hinton 2016: as the batch's, but over the last axes of each row.</summary>
    public static string?[] Layer(GradientContext c, NodeProto node, string dy)
    {
        var (g, x, scale, bias) = (c.Graph, node.Input[0], node.Input[1], node.InputAt(2));
        var dims = c.Shape(x);
        var axis = (int)node.IntOr("axis", -1);
        long[] axes = [.. Enumerable.Range(0, dims.Length).Skip(axis < 0 ? axis + dims.Length : axis).Select(i => (long)i)];
        var inverse = c.FurtherOutput(node, 2);
        var normal = g.Mul(g.Sub(x, c.FurtherOutput(node, 1)), inverse);
        string? dx = null;
        if (c.Learns(x))
        {
            var scaled = g.Mul(dy, scale);
            var slope = g.Mean(g.Mul(scaled, normal), axes, keep: true);
            dx = g.Mul(g.Sub(g.Sub(scaled, g.Mean(scaled, axes, keep: true)), g.Mul(normal, slope)), inverse);
        }
        return [
            dx,
            c.Learns(scale) ? c.SumTo(g.Mul(dy, normal), dims, scale) : null,
            c.Learns(bias) ? c.SumTo(dy, dims, bias!) : null];
    }

    private static string InverseDeviation(GraphBuilder g, string variance, float epsilon) =>
        g.Op("Reciprocal", [g.Op("Sqrt", [g.Add(variance, g.Scalar(epsilon))])]);

    /// <summary>[channel] → [channel, 1, ...], which broadcasts along an image.</summary>
    private static string PerChannel(GraphBuilder g, string values, int rank) =>
        rank == 2 ? values : g.Reshape(values, [-1, .. Enumerable.Repeat(1L, rank - 2)]);
}

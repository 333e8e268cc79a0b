using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Computes a published network for one row in plain double arithmetic, from its weights and the documented masks alone.</summary>
internal sealed class PlainNetwork(ModelProto model, ulong seed, int members)
{
    private readonly Dictionary<string, (double[] Values, long[] Dims)> constants = model.Graph.Initializer.ToDictionary(
        t => t.Name,
        t => (t.DataType == (int)TensorProto.Types.DataType.Int64 ? Array.ConvertAll(Tensors.ToInt64s(t), v => (double)v) : Array.ConvertAll(Tensors.ToFloats(t), v => (double)v), t.Dims.ToArray()));

    private readonly System.Collections.Concurrent.ConcurrentDictionary<(int Site, int Member), bool[]> masks = new();

    /// <summary>The logits of each member for one row, [member][class].</summary>
    public double[][] Logits(float[] row)
    {
        var nodes = model.Graph.Node.ToList();
        var first = nodes.FindIndex(n => n.OpType == "Dropout");
        var shared = new Dictionary<string, double[]> { ["features"] = Array.ConvertAll(row, v => (double)v) };
        Compute(nodes.Take(first), shared, member: 0);
        return [.. Enumerable.Range(0, members).Select(member =>
        {
            var values = new Dictionary<string, double[]>(shared);
            Compute(nodes.Skip(first), values, member);
            return values["logits"];
        })];
    }

    private void Compute(IEnumerable<NodeProto> nodes, Dictionary<string, double[]> values, int member)
    {
        foreach (var node in nodes.Where(n => n.OpType is not ("Size" or "Greater")))
        {
            var x = values[node.Input[0]];
            values[node.Output[0]] = node.OpType switch
            {
                "Identity" or "Reshape" => x,
                "Relu" => Array.ConvertAll(x, v => Math.Max(v, 0)),
                "Clip" => Array.ConvertAll(x, v => Math.Clamp(v, Constant(node, 1)[0], Constant(node, 2)[0])),
                "Sub" => [.. x.Select((v, i) => v - Constant(node, 1)[i % Constant(node, 1).Length])],
                "Mul" => [.. x.Select((v, i) => v * Constant(node, 1)[i % Constant(node, 1).Length])],
                "Gemm" => Dense(node, x),
                "Conv" => Convolve(node, x),
                "BatchNormalization" => Normalise(node, x),
                "MaxPool" => Pool(node, x),
                "Dropout" => Drop(node, x, member),
                _ => throw new NotSupportedException(node.OpType),
            };
        }
    }

    private double[] Constant(NodeProto node, int input) => constants[node.Input[input]].Values;

    private double[] Bias(NodeProto node, long outputs) => node.InputAt(2) is { } bias ? (double[])constants[bias].Values.Clone() : new double[outputs];

    private double[] Dense(NodeProto node, double[] x)
    {
        var (weights, dims) = constants[node.Input[1]];
        var y = Bias(node, dims[1]);
        for (var i = 0; i < x.Length; i++)
        {
            for (var o = 0; o < y.Length && x[i] != 0; o++)
            {
                y[o] += x[i] * weights[i * y.Length + o];
            }
        }
        return y;
    }

    private double[] Convolve(NodeProto node, double[] x)
    {
        var (weights, dims) = constants[node.Input[1]];
        var (outputs, inputs, kernel) = ((int)dims[0], (int)dims[1], (int)dims[2]);
        var pad = (int)node.IntsOr("pads", 0)[0];
        var side = (int)Math.Sqrt(x.Length / inputs);
        var size = side + 2 * pad - kernel + 1;
        var bias = Bias(node, outputs);
        var y = new double[outputs * size * size];
        for (var o = 0; o < outputs; o++)
        {
            for (var at = 0; at < size * size; at++)
            {
                var sum = bias[o];
                for (var w = 0; w < inputs * kernel * kernel; w++)
                {
                    var (r, c) = (at / size + w / kernel % kernel - pad, at % size + w % kernel - pad);
                    if (r >= 0 && r < side && c >= 0 && c < side)
                    {
                        sum += x[w / (kernel * kernel) * side * side + r * side + c] * weights[o * inputs * kernel * kernel + w];
                    }
                }
                y[o * size * size + at] = sum;
            }
        }
        return y;
    }

    private double[] Normalise(NodeProto node, double[] x)
    {
        var (scale, bias, mean, variance) = (Constant(node, 1), Constant(node, 2), Constant(node, 3), Constant(node, 4));
        var area = x.Length / scale.Length;
        return [.. x.Select((v, i) => (v - mean[i / area]) / Math.Sqrt(variance[i / area] + node.FloatOr("epsilon", 1e-5f)) * scale[i / area] + bias[i / area])];
    }

    private double[] Pool(NodeProto node, double[] x)
    {
        // The channels are those of the convolution before.
        var channels = (int)constants[model.Graph.Node.TakeWhile(n => n != node).Last(n => n.OpType == "Conv").Input[1]].Dims[0];
        var side = (int)Math.Sqrt(x.Length / channels);
        var (step, half) = ((int)node.IntsOr("strides", 1)[0], side / (int)node.IntsOr("strides", 1)[0]);
        return [.. from channel in Enumerable.Range(0, channels)
                   from r in Enumerable.Range(0, half)
                   from c in Enumerable.Range(0, half)
                   select (from i in Enumerable.Range(0, step) from j in Enumerable.Range(0, step) select x[channel * side * side + (r * step + i) * side + c * step + j]).Max()];
    }

    private double[] Drop(NodeProto node, double[] x, int member)
    {
        var ratio = (float)Constant(node, 1)[0];
        var site = model.Graph.Node.Where(n => n.OpType == "Dropout").ToList().IndexOf(node);
        var kept = masks.GetOrAdd((site, member), _ => [.. Enumerable.Range(0, x.Length).Select(unit => DocumentedMasks.KeepsBalanced(seed, site, member, unit, ratio, members))]);
        return [.. x.Select((v, unit) => kept[unit] ? v / (1 - ratio) : 0)];
    }
}

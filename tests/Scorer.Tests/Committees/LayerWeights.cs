using ParquetPool.Graphs;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Layers as exporters write them, with weights drawn from a seed.</summary>
internal static class LayerWeights
{
    /// <summary>A recurrent operator on [step, batch, value]: the states of all steps, [step, direction, batch, unit], and the last ones, [direction, batch, unit].</summary>
    /// <param name="weights">What becomes of the recurrent weights before the operator reads them.</param>
    public static (string All, string Last) Recurrent(this TestModels.Weights w, string type, string x, int width, int units, bool both, Func<string, string>? weights = null)
    {
        var (gates, directions) = (type switch { "LSTM" => 4, "GRU" => 3, _ => 1 }, both ? 2 : 1);
        var recurrent = w.Tensor("recurrent", 0.4f, directions, gates * units, units);
        var node = w.Graph.Node(
            type,
            [x, w.Tensor("weight", 0.4f, directions, gates * units, width), weights is null ? recurrent : weights(recurrent), w.Tensor("bias", 0.2f, directions, 2 * gates * units)],
            2,
            [
                Attributes.Int("hidden_size", units), Attributes.Text("direction", both ? "bidirectional" : "forward"),
                .. type == "GRU" ? [Attributes.Int("linear_before_reset", 1)] : Array.Empty<Graphs.Onnx.AttributeProto>(),
            ]);
        return (node.Output[0], node.Output[1]);
    }

    /// <summary>The last states of [batch, step, value], [batch, unit].</summary>
    public static string Last(this TestModels.Weights w, string type, string x, int width, int units, bool both = false, Func<string, string>? weights = null)
    {
        var last = w.Recurrent(type, w.Graph.Op("Transpose", [x], Attributes.Ints("perm", 1, 0, 2)), width, units, both, weights).Last;
        return w.Graph.Op("Reshape", [w.Graph.Op("Transpose", [last], Attributes.Ints("perm", 1, 0, 2)), w.Graph.Ints(0, both ? 2 * units : units)]);
    }

    /// <summary>The states of all steps, [batch, step, unit].</summary>
    public static string All(this TestModels.Weights w, string type, string x, int width, int units, bool both = false)
    {
        var all = w.Recurrent(type, w.Graph.Op("Transpose", [x], Attributes.Ints("perm", 1, 0, 2)), width, units, both).All;
        return w.Graph.Op("Reshape", [w.Graph.Op("Transpose", [all], Attributes.Ints("perm", 2, 0, 1, 3)), w.Graph.Ints(0, 0, -1)]);
    }

    /// <summary>One draw a value for all steps of a row.</summary>
    public static string Lock(this TestModels.Weights w, string x, int width, float ratio, string active)
    {
        var rows = w.Graph.Op("Shape", [x], Attributes.Int("start", 0), Attributes.Int("end", 1));
        var ones = w.Graph.Op("Expand", [w.Graph.Scalar(1), w.Graph.Op("Concat", [rows, w.Graph.Ints(1, width)], Attributes.Int("axis", 0))]);
        return w.Graph.Op("Mul", [x, w.Dropout(ones, ratio, active)]);
    }

    public static string EachStep(this TestModels.Weights w, string x, int width, int units) =>
        w.Graph.Op("Add", [w.Graph.Op("MatMul", [x, w.Tensor("weight", MathF.Sqrt(1f / width), width, units)]), w.Tensor("bias", 0.1f, units)]);

    public static string Mean(this TestModels.Weights w, string x) => w.Graph.Op("ReduceMean", [x, w.Graph.Ints(1)], Attributes.Int("keepdims", 0));

    public static string LayerNorm(this TestModels.Weights w, string x, int width) => w.Graph.Op("LayerNormalization", [x, w.Tensor("scale", 1, width), w.Tensor("shift", 0.3f, width)]);

    /// <summary>Multi-head self-attention with dropout on its weights.</summary>
    public static string Attention(this TestModels.Weights w, string x, int steps, int width, int heads, float ratio, string active)
    {
        string Part(params long[] order) => w.Graph.Op(
            "Transpose", [w.Graph.Op("Reshape", [w.EachStep(x, width, width), w.Graph.Ints(0, steps, heads, width / heads)])], Attributes.Ints("perm", order));
        var scores = w.Graph.Op("MatMul", [Part(0, 2, 1, 3), Part(0, 2, 3, 1)]);
        var weights = w.Dropout(w.Graph.Op("Softmax", [scores], Attributes.Int("axis", -1)), ratio, active);
        var mixed = w.Graph.Op("Transpose", [w.Graph.Op("MatMul", [weights, Part(0, 2, 1, 3)])], Attributes.Ints("perm", 0, 2, 1, 3));
        return w.EachStep(w.Graph.Op("Reshape", [mixed, w.Graph.Ints(0, steps, width)]), width, width);
    }

    public static string Grouped(this TestModels.Weights w, string x, int channels, int outputs, int groups) => w.Graph.Op(
        "Conv", [x, w.Tensor("kernel", MathF.Sqrt(2f * groups / (9 * channels)), outputs, channels / groups, 3, 3), w.Tensor("bias", 0.1f, outputs)], Attributes.Int("group", groups), Attributes.Ints("pads", 1, 1, 1, 1));

    /// <summary>A transposed convolution that doubles the image.</summary>
    public static string Upwards(this TestModels.Weights w, string x, int channels, int outputs, int groups) => w.Graph.Op(
        "ConvTranspose", [x, w.Tensor("kernel", MathF.Sqrt(2f * groups / channels), channels, outputs / groups, 2, 2), w.Tensor("bias", 0.1f, outputs)], Attributes.Int("group", groups), Attributes.Ints("strides", 2, 2));

    /// <summary>Group normalisation as PyTorch exports it.</summary>
    public static string GroupNorm(this TestModels.Weights w, string x, int channels, int groups)
    {
        var ones = w.Graph.Constant("ones", [.. Enumerable.Repeat(1f, groups)], groups);
        var even = w.Graph.Op("InstanceNormalization", [w.Graph.Op("Reshape", [x, w.Graph.Ints(0, groups, -1)]), ones, w.Graph.Constant("zeros", new float[groups], groups)]);
        var whole = w.Graph.Op("Reshape", [even, w.Graph.Op("Shape", [x])]);
        return w.Graph.Op("Add", [w.Graph.Op("Mul", [whole, w.Tensor("scale", 1, channels, 1, 1)]), w.Tensor("shift", 0.3f, channels, 1, 1)]);
    }

    public static string Silu(this TestModels.Weights w, string x) => w.Graph.Op("Mul", [x, w.Graph.Op("Sigmoid", [x])]);

    public static string Pooled(this TestModels.Weights w, string x, int channels) => w.Dense(w.Graph.Op("Flatten", [w.Graph.Op("GlobalAveragePool", [x])]), channels, 3);
}

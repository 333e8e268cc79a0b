using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of activation functions.</summary>
internal static class Activations
{
    /// <summary>Read off the output, so that the node before may be fused with the activation.</summary>
    public static string?[] Relu(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Mul(dy, c.Graph.AsFloat(c.Graph.Op("Greater", [node.Output[0], c.Graph.Scalar(0)])))];

    public static string?[] LeakyRelu(GradientContext c, NodeProto node, string dy)
    {
        var positive = c.Graph.Op("Greater", [node.Input[0], c.Graph.Scalar(0)]);
        return [c.Graph.Where(positive, dy, c.Graph.Scale(dy, node.FloatOr("alpha", 0.01f)))];
    }

    public static string?[] Tanh(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Mul(dy, OneMinus(c, c.Graph.Mul(node.Output[0], node.Output[0])))];

    public static string?[] Sigmoid(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Mul(dy, c.Graph.Mul(node.Output[0], OneMinus(c, node.Output[0])))];

    public static string?[] Softplus(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Mul(dy, c.Graph.Op("Sigmoid", [node.Input[0]]))];

    /// <summary>2/√π · exp(−x²).</summary>
    public static string?[] Erf(GradientContext c, NodeProto node, string dy)
    {
        var x = node.Input[0];
        var bell = c.Graph.Op("Exp", [c.Graph.Neg(c.Graph.Mul(x, x))]);
        return [c.Graph.Mul(dy, c.Graph.Scale(bell, 2 / Math.Sqrt(Math.PI)))];
    }

    /// <summary>x · Φ(x), or its tanh approximation (Hendrycks and Gimpel 2016).</summary>
    public static string?[] Gelu(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Mul(dy, node.TextOr("approximate", "none") == "tanh" ? TanhGeluSlope(c, node.Input[0]) : GeluSlope(c, node.Input[0]))];

    /// <summary>Φ(x) + x · φ(x).</summary>
    private static string GeluSlope(GradientContext c, string x)
    {
        var g = c.Graph;
        var below = g.Scale(g.Add(g.Op("Erf", [g.Scale(x, Math.Sqrt(0.5))]), g.Scalar(1)), 0.5);
        var density = g.Scale(g.Op("Exp", [g.Scale(g.Mul(x, x), -0.5)]), 1 / Math.Sqrt(2 * Math.PI));
        return g.Add(below, g.Mul(x, density));
    }

    /// <summary>With t = tanh(u), u = √(2/π) (x + 0.044715 x³): (1 + t)/2 + x (1 − t²)/2 · u′.</summary>
    private static string TanhGeluSlope(GradientContext c, string x)
    {
        const double Cubic = 0.044715;
        var (g, root) = (c.Graph, Math.Sqrt(2 / Math.PI));
        var square = g.Mul(x, x);
        var u = g.Mul(x, g.Add(g.Scale(square, root * Cubic), g.Scalar((float)root)));
        var t = g.Op("Tanh", [u]);
        var slope = g.Add(g.Scale(square, 3 * root * Cubic), g.Scalar((float)root));
        var bend = g.Mul(g.Mul(x, slope), OneMinus(c, g.Mul(t, t)));
        return g.Scale(g.Add(g.Add(t, g.Scalar(1)), bend), 0.5);
    }

    /// <summary>y · (dy − Σ dy · y) along the axis.</summary>
    public static string?[] Softmax(GradientContext c, NodeProto node, string dy)
    {
        var y = node.Output[0];
        var total = c.Graph.Sum(c.Graph.Mul(dy, y), [node.IntOr("axis", -1)], keep: true);
        return [c.Graph.Mul(y, c.Graph.Sub(dy, total))];
    }

    /// <summary>dy − softmax · Σ dy along the axis.</summary>
    public static string?[] LogSoftmax(GradientContext c, NodeProto node, string dy)
    {
        var total = c.Graph.Sum(dy, [node.IntOr("axis", -1)], keep: true);
        return [c.Graph.Sub(dy, c.Graph.Mul(c.Graph.Op("Exp", [node.Output[0]]), total))];
    }

    private static string OneMinus(GradientContext c, string x) => c.Graph.Sub(c.Graph.Scalar(1), x);
}

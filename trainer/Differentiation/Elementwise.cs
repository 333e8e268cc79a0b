using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of operators that work element by element.</summary>
internal static class Elementwise
{
    public static string?[] Add(GradientContext c, NodeProto node, string dy) =>
        [SumTo(c, node, 0, dy), SumTo(c, node, 1, dy)];

    public static string?[] Sub(GradientContext c, NodeProto node, string dy) =>
        [SumTo(c, node, 0, dy), c.Learns(node.Input[1]) ? c.Graph.Neg(SumTo(c, node, 1, dy)!) : null];

    public static string?[] Mul(GradientContext c, NodeProto node, string dy)
    {
        var (a, b) = (node.Input[0], node.Input[1]);
        return [
            c.Learns(a) ? SumTo(c, node, 0, c.Graph.Mul(dy, b)) : null,
            c.Learns(b) ? SumTo(c, node, 1, c.Graph.Mul(dy, a)) : null];
    }

    /// <summary>d(a/b) = da/b − y db/b.</summary>
    public static string?[] Div(GradientContext c, NodeProto node, string dy)
    {
        var (a, b, y) = (node.Input[0], node.Input[1], node.Output[0]);
        var quotient = c.Graph.Div(dy, b);
        return [
            c.Learns(a) ? SumTo(c, node, 0, quotient) : null,
            c.Learns(b) ? SumTo(c, node, 1, c.Graph.Neg(c.Graph.Mul(quotient, y))) : null];
    }

    /// <summary>Min, Max: the gradient goes to the inputs that attain the value, in equal parts where several do.</summary>
    public static string?[] Extremum(GradientContext c, NodeProto node, string dy)
    {
        var hits = node.Input.Select(x => c.Graph.AsFloat(c.Graph.Op("Equal", [x, node.Output[0]]))).ToArray();
        var share = c.Graph.Div(dy, hits.Aggregate(c.Graph.Add));
        return [.. node.Input.Select((x, i) => c.Learns(x) ? SumTo(c, node, i, c.Graph.Mul(share, hits[i])) : null)];
    }

    public static string?[] Where(GradientContext c, NodeProto node, string dy)
    {
        var (condition, zero) = (node.Input[0], c.Graph.Scalar(0));
        return [
            null,
            c.Learns(node.Input[1]) ? SumTo(c, node, 1, c.Graph.Where(condition, dy, zero)) : null,
            c.Learns(node.Input[2]) ? SumTo(c, node, 2, c.Graph.Where(condition, zero, dy)) : null];
    }

    /// <summary>x^p for a constant p: p · x^(p − 1).</summary>
    public static string?[] Pow(GradientContext c, NodeProto node, string dy)
    {
        var (x, power) = (node.Input[0], node.Input[1]);
        if (c.Learns(power))
        {
            throw GradientContext.Unsupported(node, "an exponent that is learned");
        }
        if (c.Scalar(power) == 2)
        {
            return [c.Graph.Mul(dy, c.Graph.Add(x, x))];
        }
        var p = c.Graph.AsFloat(power);
        var slope = c.Graph.Mul(p, c.Graph.Op("Pow", [x, c.Graph.Sub(p, c.Graph.Scalar(1))]));
        return [SumTo(c, node, 0, c.Graph.Mul(dy, slope))];
    }

    /// <summary>The gradient passes where the value was not clipped.</summary>
    public static string?[] Clip(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Where(c.Graph.Op("Equal", [node.Input[0], node.Output[0]]), dy, c.Graph.Scalar(0))];

    public static string?[] Neg(GradientContext c, NodeProto node, string dy) => [c.Graph.Neg(dy)];

    public static string?[] Abs(GradientContext c, NodeProto node, string dy) => [c.Graph.Mul(dy, c.Graph.Op("Sign", [node.Input[0]]))];

    public static string?[] Exp(GradientContext c, NodeProto node, string dy) => [c.Graph.Mul(dy, node.Output[0])];

    public static string?[] Log(GradientContext c, NodeProto node, string dy) => [c.Graph.Div(dy, node.Input[0])];

    public static string?[] Sqrt(GradientContext c, NodeProto node, string dy) => [c.Graph.Div(c.Graph.Scale(dy, 0.5), node.Output[0])];

    public static string?[] Reciprocal(GradientContext c, NodeProto node, string dy) =>
        [c.Graph.Neg(c.Graph.Mul(dy, c.Graph.Mul(node.Output[0], node.Output[0])))];

    private static string? SumTo(GradientContext c, NodeProto node, int input, string gradient) =>
        c.Learns(node.Input[input]) ? c.SumTo(gradient, c.Shape(node.Output[0]), node.Input[input]) : null;
}

using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Tests.Operators;

/// <summary>Short ways to write <see cref="OperatorCase.Build"/>.</summary>
internal static class CaseBuilding
{
    /// <summary>One node on all parameters.</summary>
    public static Func<GraphBuilder, string[], string[]> Op(string type, params AttributeProto[] attributes) => (g, p) => [g.Op(type, p, attributes)];

    /// <summary>One node on the parameters and what <paramref name="more"/> adds; an empty name leaves an input out.</summary>
    public static Func<GraphBuilder, string[], string[]> With(string type, Func<GraphBuilder, string[]> more, params AttributeProto[] attributes) =>
        (g, p) => [g.Op(type, [.. p, .. more(g)], attributes)];

    /// <summary>A node of several outputs.</summary>
    public static Func<GraphBuilder, string[], string[]> Many(string type, int outputs, Func<GraphBuilder, string[]> more, params AttributeProto[] attributes) =>
        (g, p) => [.. g.Node(type, [.. p, .. more(g)], outputs, attributes).Output];

    public static AttributeProto Axis(long axis) => Attributes.Int("axis", axis);

    public static AttributeProto Int(string name, long value) => Attributes.Int(name, value);

    public static AttributeProto Ints(string name, params long[] values) => Attributes.Ints(name, values);

    public static AttributeProto Float(string name, float value) => Attributes.Float(name, value);

    public static AttributeProto Text(string name, string value) => Attributes.Text(name, value);

    public static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.Add(values);
        return attribute;
    }

    public static string Tensor(this GraphBuilder graph, long[] values, params long[] dims) => graph.Constant(Tensors.Int64("ints", values, dims));
}

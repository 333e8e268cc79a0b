using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>What the operators do to single units: which leave them apart, which keep a dropped unit 0.</summary>
internal static class UnitRules
{
    private static readonly HashSet<string> HomogeneousUnary = ["Relu", "LeakyRelu", "Identity", "Abs", "Neg", "Dropout"];

    private static readonly HashSet<string> Elementwise =
    [
        .. HomogeneousUnary, "Gelu", "Erf", "Tanh", "Sigmoid", "Elu", "Selu", "Celu", "Softplus", "Softsign", "HardSigmoid", "ThresholdedRelu",
        "HardSwish", "Mish", "Exp", "Log", "Sqrt", "Reciprocal", "Clip", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum",
    ];

    private static readonly HashSet<string> Pools = ["MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"];

    /// <summary>Whether each number depends on the numbers in the same place only.</summary>
    public static bool IsElementwise(NodeProto node) => Elementwise.Contains(node.OpType);

    /// <summary>Whether f(c·x) = c·f(x) for c ≥ 0, where x is the only input that is not constant, so that a site's scale may be applied behind.</summary>
    public static bool IsHomogeneous(NodeProto node, ModelGraph graph) =>
        HomogeneousUnary.Contains(node.OpType)
        || (node.OpType == "Mul" && node.Input.Count(graph.IsConstant) == 1)
        || (node.OpType == "Div" && graph.IsConstant(node.Input[1]));

    /// <summary>Whether each channel of a feature map becomes one channel, on its own and by a homogeneous function.</summary>
    public static bool IsPool(NodeProto node, ModelGraph graph) =>
        graph.IsRows(node.Input[0]) && graph.IsRows(node.Output[0]) && node.Output.Skip(1).All(o => o.Length == 0)
        && (Pools.Contains(node.OpType) || (node.OpType == "ReduceMean" && graph.Shapes[node.Input[0]].Length > 2 && AreSpatial(ReducedAxes(node, graph))));

    /// <summary>Whether one row's numbers are only laid out in another shape, as a vector.</summary>
    public static bool IsFlattening(NodeProto node, ModelGraph graph) =>
        node.OpType is "Flatten" or "Reshape" or "Squeeze"
        && graph.IsRows(node.Input[0]) && graph.IsRows(node.Output[0]) && graph.Shapes[node.Output[0]].Length == 2
        && graph.RowSize(node.Input[0]) == graph.RowSize(node.Output[0]);

    /// <summary>Whether units are joined side by side.</summary>
    public static bool IsJoin(NodeProto node, ModelGraph graph) =>
        node.OpType == "Concat" && graph.IsRows(node.Output[0]) && node.Input.All(graph.IsRows)
        && node.IntOr("axis", 0) is var axis && (axis < 0 ? axis + graph.Shapes[node.Output[0]].Length : axis) == 1;

    /// <summary>The axis of a constant that lies along axis 1 of the value it is combined with; null where it has one number for all units.</summary>
    public static int? UnitAxis(TensorProto constant, int rank) =>
        constant.Dims.Count - rank + 1 is >= 0 and var axis && constant.Dims[axis] > 1 ? axis : null;

    private static bool AreSpatial(long[]? axes) => axes is { Length: > 0 } && axes.All(a => a > 1);

    private static long[]? ReducedAxes(NodeProto node, ModelGraph graph)
    {
        var axes = node.InputAt(1) is { } input ? graph.IsConstant(input) ? Tensors.ToInt64s(graph.Constants[input]) : null : node.IntsOr("axes");
        return axes is null ? null : Array.ConvertAll(axes, a => a < 0 ? a + graph.Shapes[node.Input[0]].Length : a);
    }
}

using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Committees;

/// <summary>Dropout of operator sets before 12, where no input says whether it is active: its runtime did, so a committee takes it for active.</summary>
/// <remarks>An exporter that means it to be off leaves it out, or says so by <c>is_test</c>, which there was before operator set 7. ONNX Runtime passes its input on.</remarks>
internal static class EarlyDropout
{
    private const int FirstOpsetWithMode = 12;
    private const float DefaultRatio = 0.5f;

    /// <summary>The model with each written as a comparison of a uniform draw, which <see cref="RandomMasks"/> makes a Dropout.</summary>
    /// <exception cref="DataException">One drops all, hands its mask on, or stands inside a branch or a loop.</exception>
    public static ModelProto SpellOut(ModelProto model)
    {
        if (!IsIn(model))
        {
            return model;
        }
        foreach (var outer in model.Graph.Node)
        {
            if (Bodies.Of(outer).SelectMany(Bodies.AllNodes).FirstOrDefault(IsActive) is { } inner)
            {
                throw new DataException($"dropout '{NameOf(inner)}' stands inside {outer.OpType} '{NameOf(outer)}', where no mask of a committee reaches it: write it outside of branches and loops, or export the model without it");
            }
        }
        var builder = new GraphBuilder(model);
        var nodes = builder.Model.Graph.Node.ToList();
        var read = Bodies.AllNodes(model.Graph).SelectMany(n => n.Input).Concat(model.Graph.Output.Select(o => o.Name)).ToHashSet();
        builder.Model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (IsActive(node))
            {
                Write(builder, node, read);
            }
            else
            {
                builder.Model.Graph.Node.Add(node);
            }
        }
        return builder.Model;
    }

    /// <summary>What is assumed of the model, for a reader; null where it says itself whether its dropout is active.</summary>
    public static string? Assumed(ModelProto model) =>
        IsIn(model) ? $"operator set {ModelFile.Opset(model)} does not say whether dropout is active: it is taken for active" : null;

    private static bool IsIn(ModelProto model) => ModelFile.Opset(model) < FirstOpsetWithMode && Bodies.AllNodes(model.Graph).Any(IsActive);

    private static void Write(GraphBuilder builder, NodeProto node, HashSet<string> read)
    {
        var (name, ratio) = (NameOf(node), Ratio(node));
        if (ratio is not (> 0 and < 1))
        {
            throw new DataException($"dropout '{name}' drops a share of {ratio}, expected 0 or more and less than 1: export the model with such a ratio");
        }
        if (node.Output.Skip(1).Any(read.Contains))
        {
            throw new DataException($"dropout '{name}' hands its mask on to other nodes, expected only its output to be used: export the model without");
        }
        var draw = builder.Op("RandomUniformLike", [node.Input[0]], Attributes.Int("dtype", (long)DataType.Float));
        var kept = builder.Op("Not", [builder.Op("Less", [draw, builder.Scalar(ratio)])]);
        var mask = builder.Op("Cast", [kept], Attributes.Int("to", (long)DataType.Float));
        var left = builder.Op("Mul", [node.Input[0], mask]);
        builder.Model.Graph.Node.Add(new NodeProto { OpType = "Mul", Name = name, Input = { left, builder.Scalar(1 / (1 - ratio)) }, Output = { node.Output[0] } });
    }

    private static bool IsActive(NodeProto node) => node.OpType == "Dropout" && node.Domain is "" or "ai.onnx" && node.IntOr("is_test", 0) == 0 && Ratio(node) != 0;

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];

    private static float Ratio(NodeProto node) => node.FloatOr("ratio", DefaultRatio);
}

using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Committees;

/// <summary>A uniform draw that is only used to make a mask of zeros and ones.</summary>
internal static class RandomDraw
{
    /// <summary>The model with every Bernoulli written as a comparison of a uniform draw. ONNX Runtime would do so the wrong way round, 1 with probability 1 − p.</summary>
    public static ModelProto SpellOut(ModelProto model)
    {
        if (!model.Graph.Node.Any(IsBernoulli))
        {
            return model;
        }
        var builder = new GraphBuilder(model);
        var nodes = builder.Model.Graph.Node.ToList();
        builder.Model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (IsBernoulli(node))
            {
                var draw = builder.Op("RandomUniformLike", [node.Input[0]], Attributes.Int("dtype", (long)DataType.Float));
                var below = builder.Op("Less", [draw, node.Input[0]]);
                builder.Model.Graph.Node.Add(new NodeProto { OpType = "Cast", Name = node.Name, Input = { below }, Output = { node.Output[0] }, Attribute = { Attributes.Int("to", node.IntOr("dtype", (long)DataType.Float)) } });
            }
            else
            {
                builder.Model.Graph.Node.Add(node);
            }
        }
        return builder.Model;
    }

    private static bool IsBernoulli(NodeProto node) => node.OpType == "Bernoulli" && node.Domain is "" or "ai.onnx";

    /// <summary>The mask, of floats or truth values, and the share of it that is 0 or false; null where the draw is used in another way.</summary>
    public static (string Mask, float Ratio)? Of(NodeProto draw, ModelGraph graph) => draw.OpType switch
    {
        "RandomUniform" or "RandomUniformLike" when graph.Consumers(draw.Output[0]) is [var reader] && !graph.IsOutput(draw.Output[0]) => Compared(draw, reader, graph),
        _ => null,
    };

    private static (string, float)? Compared(NodeProto draw, NodeProto reader, ModelGraph graph)
    {
        var (low, high) = (draw.FloatOr("low", 0), draw.FloatOr("high", 1));
        var drawFirst = reader.Input[0] == draw.Output[0];
        if (reader.Input.Count != 2 || Filled(reader.Input[drawFirst ? 1 : 0], graph) is not { } bound)
        {
            return null;
        }
        // floor(uniform + kept) is 1 in the share that is kept.
        if (reader.OpType == "Add" && (low, high) is (0, 1) && graph.Consumers(reader.Output[0]) is [{ OpType: "Floor" } floor])
        {
            return Valid(floor.Output[0], 1 - bound);
        }
        var below = (bound - low) / (high - low);
        return reader.OpType switch
        {
            "Greater" or "GreaterOrEqual" => AsFloats(reader.Output[0], drawFirst ? below : 1 - below, graph),
            "Less" or "LessOrEqual" => AsFloats(reader.Output[0], drawFirst ? 1 - below : below, graph),
            _ => null,
        };
    }

    /// <summary>Follows truth values to the floats that alone are made of them.</summary>
    private static (string, float)? AsFloats(string mask, float ratio, ModelGraph graph)
    {
        while (graph.Consumers(mask) is [{ OpType: "Not" } or { OpType: "Cast" } or { OpType: "Identity" }] and [var next] && !graph.IsOutput(mask))
        {
            ratio = next.OpType == "Not" ? 1 - ratio : ratio;
            mask = next.Output[0];
        }
        return IsUsable(mask, graph) ? Valid(mask, ratio) : null;
    }

    /// <summary>Truth values can only choose; as floats they can be used in any way.</summary>
    private static bool IsUsable(string mask, ModelGraph graph) => graph.Producer(mask) switch
    {
        { OpType: "Cast" } cast => cast.IntOr("to", 0) == (long)DataType.Float,
        _ => graph.Consumers(mask) is [{ OpType: "Where" }],
    };

    private static (string, float)? Valid(string mask, float ratio) => ratio is > 0 and < 1 ? (mask, ratio) : null;

    /// <summary>The one number that a value is filled with; null where it is no constant or has several.</summary>
    private static float? Filled(string value, ModelGraph graph) =>
        graph.IsConstant(value) ? Same(graph.Constants[value])
        : graph.Producer(value) switch
        {
            { OpType: "ConstantOfShape" } node => node.Find("value") is { } fill ? Same(fill.T) : 0,
            { OpType: "Expand" or "Identity" } node => Filled(node.Input[0], graph),
            _ => null,
        };

    private static float? Same(TensorProto tensor) =>
        tensor.DataType == (int)DataType.Float && Tensors.ToFloats(tensor) is [var first, ..] all && all.All(v => v == first) ? first : null;
}

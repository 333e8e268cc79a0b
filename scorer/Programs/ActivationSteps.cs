using System.Runtime.Intrinsics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Scorer.Programs.StepRules;

namespace ParquetPool.Scorer.Programs;

/// <summary>Functions of one unit.</summary>
internal static class ActivationSteps
{
    public static readonly Dictionary<string, StepRule> Table = new()
    {
        ["Relu"] = Units(Rectify),
        ["LeakyRelu"] = Units(Rectify),
        ["Sigmoid"] = Units((writer, node, x) => Apply(writer, node, x, UnitFunction.Sigmoid)),
        ["Tanh"] = Units((writer, node, x) => Apply(writer, node, x, UnitFunction.Tanh)),
        ["Erf"] = Units((writer, node, x) => Apply(writer, node, x, UnitFunction.Erf)),
        ["Gelu"] = Units((writer, node, x) => node.TextOr("approximate", "none") == "none" && Apply(writer, node, x, UnitFunction.Gelu)),
        ["Exp"] = Units((writer, node, x) => Apply(writer, node, x, Vector256.Exp)),
        ["Sqrt"] = Units((writer, node, x) => Apply(writer, node, x, Vector256.Sqrt)),
    };

    private static bool Rectify(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        writer.Scale(x, node.Output[0], null, null, Activation.Of(node)!.Value);
        return true;
    }

    private static bool Apply(UnitStepWriter writer, NodeProto node, UnitList x, Func<Vector256<float>, Vector256<float>> function)
    {
        writer.Add(new UnitFunction(x.Places, writer.Target(node.Output[0], x.Count, x.ByUnit), function));
        return true;
    }
}

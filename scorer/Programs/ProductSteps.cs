using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Scorer.Programs.StepRules;

namespace ParquetPool.Scorer.Programs;

/// <summary>Products with constant weights, and with them the activation that alone reads the product.</summary>
internal static class ProductSteps
{
    public static readonly Dictionary<string, StepRule> Table = new() { ["Gemm"] = Units(Product), ["MatMul"] = Units(Product) };

    private static bool Product(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        if (writer.Packed(node) is not { } weights || weights.Inputs != x.Count || x.ByUnit != (node.IntOr("transA", 0) != 0))
        {
            return false;
        }
        var (output, activation) = writer.WithActivation(node);
        writer.Add(new UnitProduct(x.Places, writer.Target(output, weights.Outputs), weights, activation));
        return true;
    }
}

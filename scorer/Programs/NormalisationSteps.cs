using System.Runtime.Intrinsics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using static ParquetPool.Scorer.Programs.StepRules;

namespace ParquetPool.Scorer.Programs;

/// <summary>Means and normalisations over the units of a row, or over what a batch was in training.</summary>
internal static class NormalisationSteps
{
    public static readonly Dictionary<string, StepRule> Table = new()
    {
        ["ReduceMean"] = Rows(Mean),
        ["LayerNormalization"] = Rows(NormaliseRow),
        ["BatchNormalization"] = Rows(NormaliseBatch),
    };

    private static bool Mean(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        var axes = node.InputAt(1) is { } input ? writer.Constant(input) is { } constant ? Tensors.ToInt64s(constant) : [] : node.IntsOr("axes");
        if (axes is not [1 or -1] || node.IntOr("keepdims", 1) != 1)
        {
            return false;
        }
        writer.Add(new UnitMean(x.Places, writer.Target(node.Output[0], 1)));
        return true;
    }

    /// <summary>(x − mean) / √(variance + ε) · scale + shift, over the units of a row: Ba, Kiros and Hinton, "Layer normalization" (2016).</summary>
    private static bool NormaliseRow(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        if (node.IntOr("axis", -1) is not (1 or -1) || node.Output.Count != 1
            || writer.PerUnit(node.Input[1], x) is not { } scale || (node.InputAt(2) is { } bias ? writer.PerUnit(bias, x) : new float[scale.Length]) is not { } shift)
        {
            return false;
        }
        var (mean, centred, scratch, deviation) = (writer.Scratch(1), writer.Scratch(x.Count), writer.Scratch(x.Count), writer.Scratch(1));
        int[] All(int first) => [.. Enumerable.Range(first, x.Count)];
        int[] Repeated(int place) => [.. Enumerable.Repeat(place, x.Count)];
        writer.Add(new UnitMean(x.Places, mean));
        writer.Add(new UnitCombination("Sub", x.Places, Repeated(mean), centred));
        writer.Add(new UnitCombination("Mul", All(centred), All(centred), scratch));
        writer.Add(new UnitMean(All(scratch), deviation));
        writer.Add(new UnitScaling([deviation], deviation, [1], [node.FloatOr("epsilon", 1e-5f)], Activation.None));
        writer.Add(new UnitFunction([deviation], deviation, Vector256.Sqrt));
        writer.Add(new UnitCombination("Div", All(centred), Repeated(deviation), scratch));
        writer.Scale(new UnitList(All(scratch), ByUnit: false), node.Output[0], scale, shift, Activation.None);
        return true;
    }

    private static bool NormaliseBatch(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        if (!node.Input.Skip(1).All(writer.IsConstant))
        {
            return false;
        }
        var (gains, offsets) = BatchNormFolding.Affine(node, writer.Constants);
        writer.Scale(x, node.Output[0], Array.ConvertAll(gains, v => (float)v), Array.ConvertAll(offsets, v => (float)v), Activation.None);
        return true;
    }
}

using ParquetPool.Graphs.Onnx;
using static ParquetPool.Scorer.Programs.StepRules;

namespace ParquetPool.Scorer.Programs;

/// <summary>Arithmetic unit by unit: two values, or a value and constants.</summary>
internal static class CombinationSteps
{
    public static readonly Dictionary<string, StepRule> Table = new()
    {
        ["Add"] = Arithmetic((numbers, _) => (null, numbers)),
        ["Sub"] = Arithmetic((numbers, isFirst) => isFirst ? (Array.ConvertAll(numbers, _ => -1f), numbers) : (null, Array.ConvertAll(numbers, n => -n))),
        ["Mul"] = Arithmetic((numbers, _) => (numbers, null)),
        ["Div"] = Arithmetic((numbers, isFirst) => isFirst ? null : (Array.ConvertAll(numbers, n => 1 / n), null)),
        ["Pow"] = Units(Square),
    };

    /// <summary>The scale and shift, null for none, that make an operation with constants; or null where they do not.</summary>
    /// <param name="isFirst">Whether the constants are the first input.</param>
    private delegate (float[]? Scale, float[]? Shift)? Scaling(float[] numbers, bool isFirst);

    private static StepRule Arithmetic(Scaling scaling) => (writer, node) => (writer.Units(node, 0), writer.Units(node, 1)) switch
    {
        ({ } a, { } b) => Combine(writer, node, a, b),
        ({ } a, null) => Scale(writer, node, a, node.Input[1], isFirst: false, scaling),
        (null, { } b) => Scale(writer, node, b, node.Input[0], isFirst: true, scaling),
        _ => false,
    };

    private static bool Combine(UnitStepWriter writer, NodeProto node, UnitList a, UnitList b)
    {
        var count = Math.Max(a.Count, b.Count);
        if (a.ByUnit != b.ByUnit || a.Spread(count) is not { } left || b.Spread(count) is not { } right)
        {
            return false;
        }
        writer.Add(new UnitCombination(node.OpType, left, right, writer.Target(node.Output[0], count, a.ByUnit)));
        return true;
    }

    private static bool Scale(UnitStepWriter writer, NodeProto node, UnitList x, string constant, bool isFirst, Scaling scaling)
    {
        if (writer.PerUnit(constant, x) is not { } numbers || scaling(numbers, isFirst) is not (var scale, var shift))
        {
            return false;
        }
        writer.Scale(x, node.Output[0], scale, shift, Activation.None);
        return true;
    }

    private static bool Square(UnitStepWriter writer, NodeProto node, UnitList x)
    {
        if (writer.Floats(node.Input[1]) is not [2f])
        {
            return false;
        }
        writer.Add(new UnitCombination("Mul", x.Places, x.Places, writer.Target(node.Output[0], x.Count, x.ByUnit)));
        return true;
    }
}

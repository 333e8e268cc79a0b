using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Scorer.Programs.StepRules;

namespace ParquetPool.Scorer.Programs;

/// <summary>Other orders, shares and unions of units that are there: no steps.</summary>
internal static class ViewSteps
{
    public static readonly Dictionary<string, StepRule> Table = new()
    {
        ["Identity"] = Units((writer, node, x) => writer.View(node, x)),
        ["Flatten"] = Rows((writer, node, x) => node.IntOr("axis", 1) == 1 && writer.View(node, x)),
        ["Transpose"] = Units((writer, node, x) => node.IntsOr("perm", 1, 0) is [1, 0] && writer.View(node, x with { ByUnit = !x.ByUnit })),
        ["Gather"] = Units(Gather),
        ["Concat"] = Concat,
    };

    private static bool Gather(UnitStepWriter writer, NodeProto node, UnitList x) =>
        IsAlongUnits(node, x, defaultAxis: 0) && writer.Constant(node.Input[1]) is { Dims.Count: 1 } kept
        && writer.View(node, x with { Places = [.. Tensors.ToInt64s(kept).Select(unit => x.Places[unit < 0 ? x.Count + unit : unit])] });

    private static bool Concat(UnitStepWriter writer, NodeProto node)
    {
        var parts = Enumerable.Range(0, node.Input.Count).Select(input => writer.Units(node, input)).OfType<UnitList>().ToList();
        return parts.Count == node.Input.Count && parts.All(part => part.ByUnit == parts[0].ByUnit && IsAlongUnits(node, part, defaultAxis: 1))
            && writer.View(node, new UnitList([.. parts.SelectMany(part => part.Places)], parts[0].ByUnit));
    }

    private static bool IsAlongUnits(NodeProto node, UnitList x, long defaultAxis) => (node.IntOr("axis", defaultAxis) + 2) % 2 == (x.ByUnit ? 0 : 1);
}

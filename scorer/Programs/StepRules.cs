using System.Collections.Frozen;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Programs;

/// <summary>The operators that members can have on unit vectors, by ONNX name.</summary>
internal static class StepRules
{
    private static readonly FrozenDictionary<string, StepRule> Rules =
        new[] { ProductSteps.Table, CombinationSteps.Table, ActivationSteps.Table, NormalisationSteps.Table, ViewSteps.Table }.SelectMany(table => table).ToFrozenDictionary();

    /// <summary>The rule of that name; null where there is none.</summary>
    public static StepRule? Find(string name) => Rules.GetValueOrDefault(name);

    /// <summary>A rule for nodes whose first input is made of units.</summary>
    public static StepRule Units(Func<UnitStepWriter, NodeProto, UnitList, bool> rule) => (writer, node) => writer.Units(node, 0) is { } x && rule(writer, node, x);

    /// <summary>A rule for nodes whose first input is one vector a row, [row, unit].</summary>
    public static StepRule Rows(Func<UnitStepWriter, NodeProto, UnitList, bool> rule) => Units((writer, node, x) => !x.ByUnit && rule(writer, node, x));
}

/// <summary>Writes a node as steps on unit vectors.</summary>
/// <returns>Whether there are such steps; if not, nothing is written.</returns>
internal delegate bool StepRule(UnitStepWriter writer, NodeProto node);

using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>Follows dropped units behind their sites: a unit that is 0 stays 0 through operations that treat units apart and map 0 to 0.</summary>
internal static class MaskFlow
{
    /// <summary>The units left of each value that has dropped ones.</summary>
    /// <param name="sites">By output.</param>
    public static IReadOnlyDictionary<string, UnitSet> Follow(ModelGraph graph, IReadOnlyDictionary<string, SitePlan> sites)
    {
        var masked = new Dictionary<string, UnitSet>();
        foreach (var node in graph.Nodes)
        {
            var output = node.Output[0];
            var set = sites.TryGetValue(output, out var plan) ? Left(plan, masked.GetValueOrDefault(plan.Site.Input), graph) : Left(node, masked, graph);
            if (set is not null)
            {
                masked[output] = set;
            }
        }
        return masked;
    }

    private static UnitSet? Left(SitePlan plan, UnitSet? before, ModelGraph graph)
    {
        if (plan.Treatment is not (Treatment.Cut or Treatment.Gather))
        {
            return null;
        }
        var byChannel = IsByChannel(plan.Site.Width, plan.Site.Output, graph);
        var own = UnitSet.Of(plan.Site, byChannel);
        return IsJoint(plan, before) ? before!.And(own, plan.Site.DropsChannels) : own;
    }

    private static UnitSet? Left(NodeProto node, Dictionary<string, UnitSet> masked, ModelGraph graph)
    {
        if (!node.Input.Any(masked.ContainsKey))
        {
            return null;
        }
        var output = node.Output[0];
        if (UnitRules.IsJoin(node, graph))
        {
            return node.Input.All(i => !masked.TryGetValue(i, out var part) || IsByChannel(part.Width, i, graph))
                ? UnitSet.Join([.. node.Input.Select(i => (masked.GetValueOrDefault(i), (int)graph.Shapes[i][1]))], graph.Shapes[output].Length > 2)
                : null;
        }
        var input = node.Input.First(masked.ContainsKey);
        var set = masked[input];
        var byChannel = IsByChannel(set.Width, input, graph);
        if (UnitRules.IsHomogeneous(node, graph))
        {
            var sameShape = graph.Shapes[input].SequenceEqual(graph.Shapes[output]);
            return sameShape && (byChannel || node.Input.Where(graph.IsConstant).All(c => graph.Constants[c].Dims.All(d => d == 1))) ? set : null;
        }
        if (UnitRules.IsPool(node, graph))
        {
            return byChannel ? set : null;
        }
        return !UnitRules.IsFlattening(node, graph) ? null : set.Width == graph.Shapes[output][1] ? set : set.Repeat((int)graph.Shapes[output][1] / set.Width);
    }

    /// <summary>Whether a cut site drops units of a value that has dropped ones already, so that the units left of it are those that both leave.</summary>
    public static bool IsJoint(SitePlan plan, UnitSet? before) => plan.Treatment == Treatment.Cut && before is { IsDivisible: true } && before.Width == plan.Site.Width;

    /// <summary>Whether the units are counted along axis 1; otherwise every number of a feature map is one.</summary>
    public static bool IsByChannel(int width, string value, ModelGraph graph) => graph.IsRows(value) && graph.Shapes[value][1] == width;
}

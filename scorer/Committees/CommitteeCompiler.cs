using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Committees;

/// <summary>Writes the one graph that computes the logits of all members.</summary>
/// <remarks>
/// What no dropout reaches is computed once. The rest is written out member by member, so that a member's values are used while they are
/// still in the cache, with each Dropout replaced as its <see cref="SitePlan"/> says.
/// </remarks>
internal sealed class CommitteeCompiler
{
    private readonly ModelGraph graph;
    private readonly IReadOnlyList<SitePlan> plans;
    private readonly StochasticModel model;
    private readonly Dictionary<SitePlan, int[][]> kept; // [member][...]
    private readonly GraphBuilder builder;
    private readonly HashSet<string> dependent;
    private readonly Dictionary<string, SitePlan> bySite;
    private readonly Dictionary<string, SitePlan> before = [];
    private readonly Dictionary<string, SitePlan> behind = [];
    private readonly Dictionary<string, string> transposed = [];
    private readonly Dictionary<string, IReadOnlyList<string>> stacked = []; // The members' outputs of a stacked product, by its own.

    private CommitteeCompiler(StochasticModel model, IReadOnlyList<SitePlan> plans, int members, ulong seed, MaskKind masks)
    {
        (this.model, this.plans, graph) = (model, plans, model.Graph);
        kept = plans.ToDictionary(p => p, p => MemberMasks.Kept(seed, p.Site, members, masks));
        builder = new GraphBuilder(Empty(graph.Model));
        bySite = plans.ToDictionary(p => p.Site.Output);
        foreach (var plan in plans)
        {
            foreach (var value in plan.Before)
            {
                before[value] = plan;
            }
            foreach (var value in plan.Behind)
            {
                behind[value] = plan;
            }
        }
        dependent = graph.Reached(bySite.Keys);
    }

    /// <summary>The products of the compiled graph, in multiply-adds per row.</summary>
    private double Operations { get; set; }

    /// <summary>Compiles <paramref name="members"/> members; each has an output of its own, named by <see cref="OutputName"/>.</summary>
    /// <returns>The graph, the number of its first nodes that are the same for all members, and its products' multiply-adds per row.</returns>
    public static (ModelProto Model, int SharedNodes, double Operations) Compile(StochasticModel model, IReadOnlyList<SitePlan> plans, int members, ulong seed, MaskKind masks)
    {
        var compiler = new CommitteeCompiler(model, plans, members, seed, masks);
        compiler.WriteShared(members);
        var shared = compiler.builder.Model.Graph.Node.Count;
        for (var member = 0; member < members; member++)
        {
            compiler.WriteMember(member);
        }
        RemoveUnused(compiler.builder.Model.Graph);
        return (compiler.builder.Model, shared, compiler.Operations);
    }

    /// <summary>The name of a member's logits, [class, row].</summary>
    public static string OutputName(int member) => $"member_{member}";

    private static ModelProto Empty(ModelProto model)
    {
        var empty = model.Clone();
        empty.Graph.Node.Clear();
        empty.Graph.Output.Clear();
        empty.Graph.ValueInfo.Clear();
        return empty;
    }

    private static void RemoveUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(n => n.Input).ToHashSet();
        var kept = graph.Initializer.Where(t => used.Contains(t.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
    }

    private void WriteShared(int members)
    {
        foreach (var node in graph.Nodes.Where(n => !n.Output.Any(dependent.Contains)))
        {
            builder.Node(node.Clone());
            Operations += OperationCount.Of(node, graph);
        }
        foreach (var plan in plans.Where(p => p.Treatment == Treatment.Stack))
        {
            WriteStack(plan, members);
        }
        foreach (var plan in plans.Where(p => p.Treatment == Treatment.Gather))
        {
            if (!transposed.ContainsKey(plan.Site.Input))
            {
                var rows = plan.Site.Dims.Count == 1 ? plan.Site.Input : builder.Op("Flatten", [plan.Site.Input], Attributes.Int("axis", 1));
                transposed[plan.Site.Input] = builder.Op("Transpose", [rows], Attributes.Ints("perm", 1, 0));
            }
        }
    }

    /// <summary>Writes x · [W·mask of member 0 | W·mask of member 1 | ...], once for all members.</summary>
    private void WriteStack(SitePlan plan, int members)
    {
        var node = graph.Consumers(plan.Site.Output)[0];
        var product = DenseProduct.Of(node, graph)!;
        var (width, one) = (members * product.Outputs, product.Outputs);
        var weights = new float[product.Inputs * width];
        for (var member = 0; member < members; member++)
        {
            foreach (var unit in kept[plan][member])
            {
                for (var o = 0; o < one; o++)
                {
                    weights[unit * width + member * one + o] = product.Weights[unit * one + o] * plan.Site.Scale;
                }
            }
        }
        List<string> inputs = [plan.Site.Input, builder.Constant("stacked_weights", weights, product.Inputs, width)];
        if (product.Bias is { } bias)
        {
            inputs.Add(builder.Constant("stacked_bias", [.. Enumerable.Repeat(bias, members).SelectMany(b => b)], width));
        }
        var all = builder.Op("Gemm", [.. inputs]);
        var widths = builder.Ints([.. Enumerable.Repeat((long)one, members)]);
        stacked[node.Output[0]] = [.. builder.Node("Split", [all, widths], members, Attributes.Int("axis", 1)).Output];
        Operations += (double)product.Inputs * width;
    }

    private void WriteMember(int member)
    {
        var kept = this.kept.ToDictionary(k => k.Key, k => k.Value[member]);
        var names = new Dictionary<string, string>();
        string Name(string value) => names.GetValueOrDefault(value, value);
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(dependent.Contains)))
        {
            if (stacked.TryGetValue(node.Output[0], out var outputs))
            {
                names[node.Output[0]] = outputs[member];
            }
            else if (bySite.TryGetValue(node.Output[0], out var plan))
            {
                names[node.Output[0]] = WriteSite(plan, kept[plan], Name(node.Input[0]));
            }
            else if (DenseProduct.Of(node, graph) is { } product && (behind.ContainsKey(node.Input[0]) || before.ContainsKey(node.Output[0])))
            {
                names[node.Output[0]] = WriteCutProduct(node, product, kept, Name(node.Input[0]));
            }
            else if (behind.TryGetValue(node.Output[0], out var flattened) && node.OpType is "Flatten" or "Reshape" or "Squeeze")
            {
                // Kept units already lie in one row, or, for a cut site, the values were a row vector all along.
                names[node.Output[0]] = Name(node.Input[0]);
            }
            else
            {
                WriteCopy(node, kept, names);
            }
        }
        builder.Output(builder.Op("Transpose", [Name(model.Logits)], Attributes.Ints("perm", 1, 0)), OutputName(member), TensorProto.Types.DataType.Float, model.Classes, -1);
    }

    private string WriteSite(SitePlan plan, int[] kept, string input)
    {
        switch (plan.Treatment)
        {
            case Treatment.Cut or Treatment.Stack:
                return input;
            case Treatment.Gather:
                var units = builder.Constant(Tensors.Int64("kept", Array.ConvertAll(kept, u => (long)u), kept.Length));
                return builder.Op("Gather", [transposed[plan.Site.Input], units], Attributes.Int("axis", 0));
            default:
                var mask = new float[plan.Site.Width];
                foreach (var unit in kept)
                {
                    mask[unit] = plan.Site.Scale;
                }
                return builder.Op("Mul", [input, builder.Constant("mask", mask, [1, .. plan.Site.Dims])]);
        }
    }

    private string WriteCutProduct(NodeProto node, DenseProduct product, Dictionary<SitePlan, int[]> kept, string input)
    {
        var source = behind.GetValueOrDefault(node.Input[0]);
        var target = before.GetValueOrDefault(node.Output[0]);
        var cut = product.Cut(source is null ? null : kept[source], target is null ? null : kept[target], source?.Site.Scale ?? 1);
        Operations += (double)cut.Inputs * cut.Outputs;
        var weights = builder.Constant("weights", cut.Weights, cut.Inputs, cut.Outputs);
        string[] inputs = cut.Bias is null ? [input, weights] : [input, weights, builder.Constant("bias", cut.Bias, cut.Outputs)];
        return builder.Op("Gemm", inputs, Attributes.Int("transA", source is { Transposed: true } ? 1 : 0));
    }

    private void WriteCopy(NodeProto node, Dictionary<SitePlan, int[]> kept, Dictionary<string, string> names)
    {
        var copy = node.Clone();
        var plan = before.GetValueOrDefault(node.Output[0]);
        for (var i = 0; i < copy.Input.Count; i++)
        {
            var input = copy.Input[i];
            copy.Input[i] = plan is not null && graph.IsConstant(input) && SitePlanner.IsUnitVector(graph.Constants[input], plan.Site.Width)
                ? CutConstant(graph.Constants[input], kept[plan])
                : names.GetValueOrDefault(input, input);
        }
        for (var i = 0; i < copy.Output.Count; i++)
        {
            if (copy.Output[i].Length > 0)
            {
                copy.Output[i] = names[node.Output[i]] = builder.Unique(node.Output[i]);
            }
        }
        builder.Node(copy);
        Operations += OperationCount.Of(node, graph);
    }

    private string CutConstant(TensorProto constant, int[] kept)
    {
        var values = Tensors.ToFloats(constant);
        return builder.Constant("cut", Array.ConvertAll(kept, u => values[u]), kept.Length);
    }
}

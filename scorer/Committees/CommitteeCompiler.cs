using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>Writes the one graph that computes the logits of all members.</summary>
/// <remarks>
/// What no dropout reaches is computed once. The rest is written out member by member, so that a member's values are used while they are
/// still in the cache. Of several networks the members go round: the first is of the first network, the second of the second, and masks are drawn for a network's own.
/// </remarks>
internal sealed class CommitteeCompiler
{
    private readonly IReadOnlyList<MemberProgram> networks;
    private readonly ModelGraph graph;
    private readonly IReadOnlyList<Member> members;
    private readonly GraphBuilder builder;
    private readonly Dictionary<Form, string> shared = [];
    private readonly Dictionary<StackStep, IReadOnlyList<string>> stacked = []; // [member of its network]
    private Dictionary<Form, string> names = [];

    private CommitteeCompiler(IReadOnlyList<MemberProgram> networks, int members, ulong seed, MaskKind masks)
    {
        (this.networks, graph) = (networks, networks[0].Graph);
        builder = new GraphBuilder(Empty(graph.Model));
        builder.Reserve(Bodies.InnerNames(graph.Model.Graph));
        var factors = networks.Select((network, first) => network.Plans.Select(p => p.Site).ToDictionary(s => s, s => Factors(s, MemberMasks.Kept(seed, s, MembersOf(first, networks.Count, members), masks)))).ToList();
        this.members = [.. Enumerable.Range(0, members).Select(m => new Member(factors[m % networks.Count].ToDictionary(f => f.Key, f => f.Value[m / networks.Count]), []))];
    }

    /// <summary>The products of the compiled graph, in multiply-adds per row.</summary>
    private double Operations { get; set; }

    /// <summary>Those of a committee's members that are of one network.</summary>
    public static int MembersOf(int network, int networks, int members) => (members - network + networks - 1) / networks;

    /// <summary>Compiles <paramref name="members"/> members; each has an output of its own, named by <see cref="OutputName"/>.</summary>
    /// <returns>The graph, the number of its first nodes that are the same for all members, and its products' multiply-adds per row.</returns>
    public static (ModelProto Model, int SharedNodes, double Operations) Compile(IReadOnlyList<MemberProgram> networks, int classes, int members, ulong seed, MaskKind masks)
    {
        var compiler = new CommitteeCompiler(networks, members, seed, masks);
        compiler.WriteShared();
        var shared = compiler.builder.Model.Graph.Node.Count;
        for (var member = 0; member < members; member++)
        {
            compiler.WriteMember(member, classes);
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
        var used = graph.Node.SelectMany(Bodies.Reads).ToHashSet();
        var kept = graph.Initializer.Where(t => used.Contains(t.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
    }

    private static float[][] Factors(DropoutSite site, int[][] kept)
    {
        var factors = kept.Select(_ => new float[site.Width]).ToArray();
        foreach (var (member, units) in kept.Index())
        {
            foreach (var unit in units)
            {
                factors[member][unit] = site.Scale;
            }
        }
        return factors;
    }

    private void WriteShared()
    {
        var needed = ModelGraph.Needed(graph.Model.Graph, networks.SelectMany(network => network.SharedValues));
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(needed.Contains)))
        {
            builder.Node(node.Clone());
            Operations += OperationCount.Of(node, graph);
        }
        foreach (var step in networks.SelectMany(network => network.SharedSteps).DistinctBy(step => step.Output))
        {
            names[step.Output] = Write(step, member: 0);
        }
        foreach (var (network, program) in networks.Index())
        {
            Member[] own = [.. members.Where((_, m) => m % networks.Count == network)];
            foreach (var step in program.Steps.OfType<StackStep>())
            {
                stacked[step] = WriteStack(step, own);
            }
        }
        foreach (var (form, name) in names)
        {
            shared[form] = name;
        }
    }

    /// <summary>Writes x · [W·mask of member 0 | W·mask of member 1 | ...], once for all members of a network.</summary>
    private IReadOnlyList<string> WriteStack(StackStep step, Member[] members)
    {
        var (product, one) = (step.Product, step.Product.Outputs);
        var width = members.Length * one;
        var weights = new float[product.Inputs * width];
        for (var member = 0; member < members.Length; member++)
        {
            var factors = members[member].Factors[step.Site];
            for (var i = 0; i < product.Weights.Length; i++)
            {
                var (unit, o) = (i / one, i % one);
                weights[unit * width + member * one + o] = product.Weights[i] * factors[unit];
            }
        }
        List<string> inputs = [step.Site.Input, builder.Constant("stacked_weights", weights, product.Inputs, width)];
        if (product.Bias is { } bias)
        {
            inputs.Add(builder.Constant("stacked_bias", [.. members.SelectMany(_ => bias)], width));
        }
        var all = builder.Op("Gemm", [.. inputs]);
        var widths = builder.Ints([.. members.Select(_ => (long)one)]);
        Operations += (double)product.Inputs * width;
        return [.. builder.Node("Split", [all, widths], members.Length, Attributes.Int("axis", 1)).Output];
    }

    private void WriteMember(int member, int classes)
    {
        names = new Dictionary<Form, string>(shared);
        var program = networks[member % networks.Count];
        foreach (var step in program.Steps)
        {
            names[step.Output] = Write(step, member);
        }
        builder.Output(builder.Op("Transpose", [Name(program.Logits)], Attributes.Ints("perm", 1, 0)), OutputName(member), TensorProto.Types.DataType.Float, classes, -1);
    }

    private string Name(Form form) => names.TryGetValue(form, out var name) ? name : form.Value;

    private string Write(Step step, int member)
    {
        switch (step)
        {
            case CopyStep copy:
                return WriteCopy(copy, members[member]);
            case ProductStep product:
                return WriteProduct(product, members[member]);
            case StackStep stack:
                return stacked[stack][member / networks.Count];
            case MaskStep mask:
                var factors = Tensors.Float("mask", members[member].Factors[mask.Site], [.. mask.Site.MaskDims]);
                var left = builder.Op("Mul", [mask.Site.IsMerged ? Parted(mask) : Name(mask.Input), Cut(factors, 1, mask.Output, members[member])]);
                return mask.Site.IsMerged ? builder.Op("Reshape", [left, builder.Ints([.. graph.Shapes[mask.Site.Input].Select(d => Math.Max(d, -1))])]) : left;
            case GatherStep gather:
                var units = Array.ConvertAll(gather.Output.Set!.Kept(members[member]), u => (long)u);
                return builder.Op("Gather", [Name(gather.Input), builder.Constant(Tensors.Int64("kept", units, units.Length))], Attributes.Int("axis", gather.Input.Transposed ? 0 : 1));
            case TransposeStep { Input: { Set: null } input } when graph.Shapes[input.Value].Length > 2:
                return builder.Op("Transpose", [builder.Op("Flatten", [Name(input)])], Attributes.Ints("perm", 1, 0));
            case TransposeStep transpose:
                return builder.Op("Transpose", [Name(transpose.Input)], Attributes.Ints("perm", 1, 0));
            case ReshapeStep reshape:
                var dims = graph.Shapes[reshape.Output.Value].Select(d => Math.Max(d, -1)).ToArray();
                if (reshape.Output.Set is { } set)
                {
                    dims[1] = set.Kept(members[member]).Length;
                }
                return builder.Op("Reshape", [Name(reshape.Input), builder.Ints(dims)]);
            case JoinStep join:
                return builder.Op("Concat", [.. join.Inputs.Select(Name)], Attributes.Int("axis", join.Output.Transposed ? 0 : 1));
            default:
                throw new InvalidOperationException($"no rule for {step.GetType().Name}");
        }
    }

    /// <summary>What is masked with an axis of its own for the places that each row has.</summary>
    private string Parted(MaskStep mask)
    {
        long[] dims = [.. mask.Site.MaskDims];
        dims[mask.Site.BatchAxis] = -1;
        return builder.Op("Reshape", [Name(mask.Input), builder.Ints(dims)]);
    }

    private string WriteProduct(ProductStep step, Member member)
    {
        var (read, written) = (step.Input.Set?.Kept(member), step.Output.Set?.Kept(member));
        Operations += step.Product.UnitOperations * (read?.Length ?? step.Product.Inputs) * (written?.Length ?? step.Product.Outputs);
        return step.Product.Write(builder, step.Node, Name(step.Input), step.Input.Transposed, read, step.Input.Set?.Factors(member), written);
    }

    private string WriteCopy(CopyStep step, Member member)
    {
        var copy = step.Node.Clone();
        for (var i = 0; i < copy.Input.Count; i++)
        {
            copy.Input[i] = step.Inputs[i] is { } form ? Name(form)
                : step.CutAxes.TryGetValue(i, out var axis) ? Cut(graph.Constants[copy.Input[i]], axis, step.Output, member)
                : copy.Input[i];
        }
        Bodies.RenameCaptured(copy, step.Captured.ToDictionary(form => form.Value, Name));
        for (var i = 0; i < copy.Output.Count; i++)
        {
            if (copy.Output[i].Length > 0)
            {
                var form = copy.Output[i] == step.Output.Value ? step.Output : new Form(copy.Output[i]);
                copy.Output[i] = names[form] = builder.Unique(copy.Output[i]);
            }
        }
        builder.Node(copy);
        Operations += OperationCount.Of(step.Node, graph);
        return names[step.Output];
    }

    /// <summary>A constant for the units that a form has; they lie along <paramref name="axis"/>.</summary>
    private string Cut(TensorProto constant, int axis, Form form, Member member)
    {
        var values = Tensors.ToFloats(constant);
        long[] dims = [.. constant.Dims];
        if (form.Set?.Kept(member) is { } kept)
        {
            var inner = (int)dims[(axis + 1)..].Aggregate(1L, (a, d) => a * d);
            var block = (int)dims[axis] * inner;
            values = [.. Enumerable.Range(0, values.Length / block).SelectMany(b => kept.SelectMany(u => Enumerable.Range(b * block + u * inner, inner))).Select(i => values[i])];
            dims[axis] = kept.Length;
        }
        return builder.Constant(constant.Name, values, dims);
    }
}

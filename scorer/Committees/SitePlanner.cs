using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Committees;

/// <summary>Decides for every dropout site whether its units can be cut out of the neighbouring products.</summary>
/// <remarks>
/// Behind a site, a dropped unit is 0; it stays 0 through operations that map 0 to 0, and a product may leave it out. Before a site, a
/// dropped unit is not read at all; so it need not be computed, provided that nothing else reads it. The scale of the kept units is folded
/// into the weights behind, hence only operations f with f(c·x) = c·f(x) for c ≥ 0 may lie in between.
/// </remarks>
internal static class SitePlanner
{
    /// <summary>The most memory that cut weights may take, over all members.</summary>
    public const long WeightBudget = 1L << 30;

    /// <summary>What gathering one value costs, in multiply-adds: a copy of a float within the cache against the rate of a product.</summary>
    private const double GatherCost = 40;

    private const long FirstOpsetWithSplitInput = 13;

    private static readonly HashSet<string> Homogeneous = ["Relu", "LeakyRelu", "Identity"];

    private static readonly HashSet<string> Elementwise =
    [
        "Relu", "LeakyRelu", "Identity", "Gelu", "Erf", "Tanh", "Sigmoid", "Elu", "Selu", "Celu", "Softplus", "Softsign", "HardSigmoid",
        "HardSwish", "Mish", "Exp", "Log", "Sqrt", "Reciprocal", "Neg", "Abs", "Clip", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max",
    ];

    /// <summary>A plan for each site, in the order of the sites.</summary>
    public static IReadOnlyList<SitePlan> Plan(StochasticModel model, int members)
    {
        var dependent = model.Graph.Reached(model.Sites.Select(s => s.Output));
        var claimed = new HashSet<string>();
        var plans = new List<SitePlan>();
        long bytes = 0;
        foreach (var site in model.Sites)
        {
            var plan = Plan(site, model.Graph, dependent);
            var cost = plan.Treatment == Treatment.Multiply ? 0 : WeightBytes(plan, model.Graph, members);
            if (plan.Treatment != Treatment.Multiply && !claimed.Overlaps(plan.Before) && !claimed.Overlaps(plan.Behind) && bytes + cost <= WeightBudget)
            {
                claimed.UnionWith(plan.Before);
                claimed.UnionWith(plan.Behind);
                bytes += cost;
            }
            else
            {
                plan = new SitePlan(site, Treatment.Multiply, new HashSet<string>(), new HashSet<string>());
            }
            plans.Add(plan);
        }
        return [.. plans.Select(p => StacksBetter(p, claimed, model.Graph) ? p with { Treatment = Treatment.Stack } : p)];
    }

    /// <summary>Whether one wide product costs less than a gather and a narrow one for every member.</summary>
    private static bool StacksBetter(SitePlan plan, HashSet<string> claimed, ModelGraph graph)
    {
        if (plan.Treatment != Treatment.Gather || plan.Behind.Count != 1 || plan.Site.Dims.Count != 1 || ModelFile.Opset(graph.Model) < FirstOpsetWithSplitInput)
        {
            return false;
        }
        var products = graph.Consumers(plan.Site.Output);
        return products.Count == 1 && !claimed.Contains(products[0].Output[0])
            && DenseProduct.Of(products[0], graph) is { } product
            && product.Outputs < (1 - plan.Site.Ratio) * (product.Outputs + GatherCost);
    }

    private static SitePlan Plan(DropoutSite site, ModelGraph graph, HashSet<string> dependent)
    {
        var behind = Behind(site, graph);
        if (behind is null)
        {
            return new SitePlan(site, Treatment.Multiply, new HashSet<string>(), new HashSet<string>());
        }
        if (!dependent.Contains(site.Input))
        {
            return new SitePlan(site, Treatment.Gather, new HashSet<string>(), behind);
        }
        return Before(site, graph, dependent) is { } before
            ? new SitePlan(site, Treatment.Cut, before, behind)
            : new SitePlan(site, Treatment.Multiply, new HashSet<string>(), new HashSet<string>());
    }

    /// <summary>The values behind the site up to constant products, or null when something else reads one.</summary>
    private static HashSet<string>? Behind(DropoutSite site, ModelGraph graph)
    {
        var region = new HashSet<string>();
        var open = new Queue<string>([site.Output]);
        while (open.TryDequeue(out var value))
        {
            region.Add(value);
            if (graph.IsOutput(value))
            {
                return null;
            }
            foreach (var node in graph.Consumers(value))
            {
                if (Homogeneous.Contains(node.OpType) || IsFlattening(node, value, site.Width, graph))
                {
                    open.Enqueue(node.Output[0]);
                }
                else if (node.Input[0] != value || DenseProduct.Of(node, graph)?.Inputs != site.Width)
                {
                    return null;
                }
            }
        }
        return region;
    }

    /// <summary>The values between the products that make the site's input and the site, or null when one is read elsewhere too.</summary>
    private static HashSet<string>? Before(DropoutSite site, ModelGraph graph, HashSet<string> dependent)
    {
        var region = new HashSet<string>();
        var open = new Queue<string>([site.Input]);
        while (open.TryDequeue(out var value))
        {
            if (!region.Add(value))
            {
                continue;
            }
            if (!graph.IsRowVector(value, site.Width) || graph.Producer(value) is not { } node)
            {
                return null;
            }
            if (DenseProduct.Of(node, graph) is not null)
            {
                continue;
            }
            if (!Elementwise.Contains(node.OpType))
            {
                return null;
            }
            foreach (var input in node.Input.Where(i => i.Length > 0))
            {
                if (dependent.Contains(input))
                {
                    open.Enqueue(input);
                }
                else if (!IsPerUnitConstant(input, site.Width, graph))
                {
                    return null;
                }
            }
        }
        bool ReadOnlyInside(string value) =>
            !graph.IsOutput(value)
            && graph.Consumers(value).All(n => (value == site.Input && n.Output[0] == site.Output) || (region.Contains(n.Output[0]) && DenseProduct.Of(n, graph) is null));
        return region.All(ReadOnlyInside) ? region : null;
    }

    /// <summary>A scalar, or one number per unit.</summary>
    public static bool IsPerUnitConstant(string value, int width, ModelGraph graph) =>
        graph.IsConstant(value) && (Tensors.Count(graph.Constants[value]) == 1 || IsUnitVector(graph.Constants[value], width));

    /// <summary>A constant with one number per unit along its last axis.</summary>
    public static bool IsUnitVector(TensorProto constant, int width) =>
        width > 1 && Tensors.Count(constant) == width && constant.Dims.Count is 1 or 2 && constant.Dims[^1] == width;

    /// <summary>A node that only lays one row's values out as a vector.</summary>
    private static bool IsFlattening(NodeProto node, string value, int width, ModelGraph graph) =>
        node.OpType is "Flatten" or "Reshape" or "Squeeze" && node.Input[0] == value && graph.IsRowVector(node.Output[0], width);

    private static long WeightBytes(SitePlan plan, ModelGraph graph, int members) =>
        plan.Behind.SelectMany(graph.Consumers).Concat(plan.Before.Select(v => graph.Producer(v)!))
            .Select(n => DenseProduct.Of(n, graph))
            .Sum(p => p is null ? 0L : (long)(p.Inputs * (double)p.Outputs * (1 - plan.Site.Ratio) * sizeof(float) * members));
}

using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>The steps of one member, the same for all but for the units they keep, worked out backwards from the logits.</summary>
/// <remarks>
/// A value is asked for with all its units or with those of a <see cref="UnitSet"/>, and computed once in each form asked for. A product
/// behind a site asks for the units left; the product before then need not write the others, unless something else asks for them all.
/// </remarks>
internal sealed class MemberProgram
{
    private readonly HashSet<string> dependent;
    private readonly Dictionary<string, SitePlan> sites;
    private readonly IReadOnlyDictionary<string, UnitSet> masked;
    private readonly Dictionary<Form, Form> forms = []; // As asked for, as given.
    private readonly HashSet<Form> transposes = [];
    private readonly List<Step> steps = [];
    private readonly List<Step> shared = [];
    private readonly HashSet<string> sharedValues = [];

    public MemberProgram(StochasticModel model, IReadOnlyList<SitePlan> plans)
    {
        (Graph, Plans) = (model.Graph, plans);
        sites = plans.ToDictionary(p => p.Site.Output);
        dependent = Graph.Reached(sites.Keys);
        masked = MaskFlow.Follow(Graph, sites);
        Logits = Plain(All(model.Logits));
    }

    public ModelGraph Graph { get; }

    public IReadOnlyList<SitePlan> Plans { get; }

    /// <summary>What every member does, in order.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>What is done once for all members, behind the nodes of the model that make <see cref="SharedValues"/>.</summary>
    public IReadOnlyList<Step> SharedSteps => shared;

    /// <summary>The values that no dropout reaches and that a step reads.</summary>
    public IReadOnlySet<string> SharedValues => sharedValues;

    public Form Logits { get; }

    /// <summary>Whether a value is the same for all members.</summary>
    public bool IsShared(string value) => !dependent.Contains(value);

    /// <summary>Whether something reads a site's output with the dropped units among the others.</summary>
    public bool IsMultiplied(DropoutSite site) => steps.OfType<MaskStep>().Any(s => s.Site == site);

    private Form All(string value) => Ask(new Form(value));

    /// <summary>The value with the units of <paramref name="set"/>; raw where it may be.</summary>
    private Form Some(string value, UnitSet? set, bool raw) => Ask(new Form(value, set, raw && set is not null && masked.ContainsKey(value)));

    private Form Ask(Form wanted)
    {
        if (!forms.TryGetValue(wanted, out var given))
        {
            forms[wanted] = given = IsShared(wanted.Value) ? AskShared(wanted) : Make(wanted);
        }
        return given;
    }

    private Form AskShared(Form wanted)
    {
        sharedValues.Add(wanted.Value);
        return wanted.Set is null ? wanted : Gather(wanted);
    }

    private Form Make(Form wanted)
    {
        if (sites.TryGetValue(wanted.Value, out var plan))
        {
            return MakeSite(plan, wanted);
        }
        var node = Graph.Producer(wanted.Value)!;
        if (Graph.Product(node) is { } product && (wanted.Set is null || IsByChannel(wanted)))
        {
            return MakeProduct(node, product, wanted);
        }
        return wanted.Set is null ? Copy(node, wanted)
            : Restrict(node, wanted) ?? (wanted.Raw ? throw new InvalidOperationException($"'{wanted.Value}' has no raw form") : Gather(wanted));
    }

    private Form MakeSite(SitePlan plan, Form wanted)
    {
        var site = plan.Site;
        if (wanted.Raw)
        {
            var joint = masked.TryGetValue(site.Input, out var before) && MaskFlow.IsJoint(plan, before);
            return plan.Treatment == Treatment.Gather && !IsShared(site.Input) ? Gather(new Form(site.Input, wanted.Set)) : Some(site.Input, wanted.Set, joint);
        }
        return wanted.Set is null || IsByChannel(wanted) ? Add(new MaskStep(site, Plain(Some(site.Input, wanted.Set, raw: false)), wanted)) : Gather(wanted);
    }

    private Form MakeProduct(NodeProto node, Product product, Form wanted)
    {
        var input = node.Input[0];
        if (sites.TryGetValue(input, out var plan) && plan.Treatment == Treatment.Stack)
        {
            sharedValues.Add(plan.Site.Input);
            return wanted.Set is null ? Add(new StackStep(node, product, plan.Site, wanted)) : Gather(wanted);
        }
        var left = masked.TryGetValue(input, out var set) && set.Width == product.Inputs ? set : null;
        if (left is null && wanted.Set is null)
        {
            return Copy(node, wanted);
        }
        var read = Some(input, left, raw: true);
        return Add(new ProductStep(node, product, product is DenseProduct ? read : Plain(read), wanted));
    }

    private Form Copy(NodeProto node, Form wanted)
    {
        if (node.OpType is "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" && Graph.Shapes[wanted.Value].Count(d => d < 0) == 1 && !Graph.Shapes[wanted.Value].Contains(0))
        {
            return Add(new ReshapeStep(Plain(All(node.Input[0])), wanted));
        }
        var inputs = node.Input.Select(i => i.Length == 0 || Graph.IsConstant(i) ? null : Plain(All(i))).ToList();
        var captured = Bodies.Captured(node).Where(c => !Graph.IsConstant(c)).Select(c => Plain(All(c))).ToList();
        foreach (var output in node.Output.Where(o => o.Length > 0))
        {
            forms[new Form(output)] = new Form(output);
        }
        Add(new CopyStep(node, inputs, new Dictionary<int, int>(), wanted) { Captured = captured });
        return wanted;
    }

    /// <summary>The node on some units only, or null when it does not treat them apart.</summary>
    private Form? Restrict(NodeProto node, Form wanted)
    {
        var input = node.Input[0];
        if (UnitRules.IsFlattening(node, Graph))
        {
            return RestrictFlattening(input, wanted);
        }
        if (UnitRules.IsJoin(node, Graph) && IsByChannel(wanted))
        {
            // Any part of a joined vector can be empty, as a convolution's channels cannot.
            return wanted.Raw || Graph.Shapes[wanted.Value].Length == 2 ? Join(node, wanted) : null;
        }
        if (UnitRules.IsElementwise(node))
        {
            return RestrictElementwise(node, wanted);
        }
        if (!IsByChannel(wanted))
        {
            return null;
        }
        if (UnitRules.IsPool(node, Graph))
        {
            return Add(new CopyStep(node, [Plain(Some(input, wanted.Set, wanted.Raw)), .. node.Input.Skip(1).Select(_ => (Form?)null)], new Dictionary<int, int>(), wanted));
        }
        return node.OpType == "BatchNormalization" && node.Input.Skip(1).All(Graph.IsConstant)
            ? Add(new CopyStep(node, [Plain(Some(input, wanted.Set, raw: false)), null, null, null, null], Enumerable.Range(1, 4).ToDictionary(i => i, _ => 0), wanted))
            : null;
    }

    private Form? RestrictFlattening(string input, Form wanted)
    {
        var set = wanted.Set!;
        var channels = MaskFlow.IsByChannel(set.Width, input, Graph) ? set : set.Repeated;
        if (channels is not null && MaskFlow.IsByChannel(channels.Width, input, Graph))
        {
            return Add(new ReshapeStep(Plain(Some(input, channels, wanted.Raw)), wanted));
        }
        return wanted.Raw ? Some(input, set, raw: true) : null; // Single numbers of a feature map lie as a vector already.
    }

    private Form? RestrictElementwise(NodeProto node, Form wanted)
    {
        var rank = Graph.Shapes[wanted.Value].Length;
        var cuts = new Dictionary<int, int>();
        foreach (var (i, input) in node.Input.Index().Where(i => i.Item.Length > 0))
        {
            if (!Graph.IsConstant(input))
            {
                if (!Graph.Shapes[input].SequenceEqual(Graph.Shapes[wanted.Value]))
                {
                    return null;
                }
            }
            else if (UnitRules.UnitAxis(Graph.Constants[input], rank) is { } axis)
            {
                cuts[i] = axis;
            }
        }
        var values = node.Input.Where(i => i.Length > 0 && !Graph.IsConstant(i)).ToList();
        if (values.Count == 0 || (!IsByChannel(wanted) && !(wanted.Raw && values.Count == 1)))
        {
            return null;
        }
        var read = values.Select(v => Some(v, wanted.Set, wanted.Raw)).ToList();
        var transposed = read is [{ Transposed: true }] && cuts.Count == 0;
        var forms = node.Input.Select(i => values.IndexOf(i) is >= 0 and var at ? transposed ? read[at] : Plain(read[at]) : null).ToList();
        return Add(new CopyStep(node, forms, cuts, wanted with { Transposed = transposed }));
    }

    private Form Join(NodeProto node, Form wanted)
    {
        var parts = new List<Form>();
        var from = 0;
        foreach (var input in node.Input)
        {
            var width = (int)Graph.Shapes[input][1];
            parts.Add(Some(input, wanted.Set!.Slice(from, width), wanted.Raw));
            from += width;
        }
        var transposed = parts.All(p => p.Transposed);
        return Add(new JoinStep(transposed ? parts : [.. parts.Select(Plain)], wanted with { Transposed = transposed }));
    }

    /// <summary>Picks units out of the value with all its units, which is transposed before, so that a unit's rows are copied at once.</summary>
    private Form Gather(Form wanted)
    {
        var all = All(wanted.Value);
        return IsByChannel(wanted) && Graph.Shapes[wanted.Value].Length > 2
            ? Add(new GatherStep(Plain(all), wanted))
            : Add(new GatherStep(Transposed(all), wanted with { Transposed = true }));
    }

    private Form Transposed(Form form) => form.Transposed ? form : Transpose(form);

    private Form Plain(Form form) => form.Transposed ? Transpose(form) : form;

    private Form Transpose(Form form)
    {
        var turned = form with { Transposed = !form.Transposed };
        if (transposes.Add(turned))
        {
            (form.Set is null && IsShared(form.Value) ? shared : steps).Add(new TransposeStep(form, turned));
        }
        return turned;
    }

    private Form Add(Step step)
    {
        steps.Add(step);
        return step.Output;
    }

    private bool IsByChannel(Form form) => MaskFlow.IsByChannel(form.Set!.Width, form.Value, Graph);
}

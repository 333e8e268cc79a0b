using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Programs;

/// <summary>Turns the members' nodes of a compiled committee into a <see cref="UnitProgram"/>.</summary>
internal sealed class UnitProgramCompiler
{
    private readonly ModelProto committee;
    private readonly int shared; // nodes
    private readonly int classes;
    private readonly Dictionary<string, TensorProto> constants;
    private readonly Dictionary<string, int> lastReader = []; // of a value, the index of a node
    private readonly Dictionary<string, NodeProto?> onlyReader = [];
    private readonly Dictionary<string, int> members; // by the name of their logits
    private readonly Dictionary<string, UnitList> values = [];
    private readonly List<UnitStep> steps = [];
    private readonly HashSet<NodeProto> fused = [];
    private Places places = new(0);
    private int logits;

    private UnitProgramCompiler(ModelProto committee, int shared, int classes)
    {
        (this.committee, this.shared, this.classes) = (committee, shared, classes);
        constants = committee.Graph.Initializer.ToDictionary(t => t.Name);
        members = committee.Graph.Output.Select((o, member) => (Name: Computed(o.Name), member)).ToDictionary(o => o.Name, o => o.member);
        for (var at = 0; at < committee.Graph.Node.Count; at++)
        {
            foreach (var input in committee.Graph.Node[at].Input)
            {
                onlyReader[input] = lastReader.ContainsKey(input) ? null : committee.Graph.Node[at];
                lastReader[input] = at;
            }
        }
    }

    /// <summary>The value that an output only lays out in another way.</summary>
    private string Computed(string output)
    {
        while (committee.Graph.Node.Skip(shared).FirstOrDefault(n => n.Output[0] == output) is { OpType: "Identity" or "Transpose" } layout)
        {
            fused.Add(layout);
            output = layout.Input[0];
        }
        return output;
    }

    private IEnumerable<NodeProto> MemberNodes => committee.Graph.Node.Skip(shared);

    /// <summary>The program, or null where the members hold more than products, sums, scalings and piecewise linear activations of row vectors.</summary>
    /// <param name="committee">The graph of all members; its outputs are their logits, [class, row].</param>
    /// <param name="shared">The number of its first nodes, which are the same for all members.</param>
    /// <param name="inputs">Its inputs' shapes, -1 for the batch.</param>
    public static UnitProgram? Compile(ModelProto committee, int shared, IReadOnlyDictionary<string, long[]> inputs, int classes) =>
        new UnitProgramCompiler(committee, shared, classes).Compile(inputs);

    private UnitProgram? Compile(IReadOnlyDictionary<string, long[]> inputs)
    {
        var head = new GraphBuilder(Head());
        if (SharedUnits(head, inputs) is not { } units || !MemberNodes.Any(n => n.OpType is "Gemm" or "MatMul"))
        {
            return null;
        }
        logits = units.Sum(u => u.Units);
        places = new Places(logits + members.Count * classes);
        var written = 0;
        for (var at = shared; at < committee.Graph.Node.Count; at++)
        {
            var node = committee.Graph.Node[at];
            if (!fused.Contains(node) && !Write(node))
            {
                return null;
            }
            written += node.Output.Count(members.ContainsKey);
            foreach (var (dead, _) in values.Where(v => lastReader.GetValueOrDefault(v.Key, -1) <= at).ToList())
            {
                values.Remove(dead);
            }
            places.KeepOnly(values.Values.SelectMany(v => v.Places).ToHashSet());
        }
        return written == members.Count ? new UnitProgram(head.Model, units, steps, logits, places.End) : null;
    }

    /// <summary>The committee's graph up to the members.</summary>
    private ModelProto Head()
    {
        var head = committee.Clone();
        head.Graph.Output.Clear();
        while (head.Graph.Node.Count > shared)
        {
            head.Graph.Node.RemoveAt(head.Graph.Node.Count - 1);
        }
        var used = head.Graph.Node.SelectMany(n => n.Input).ToHashSet();
        for (var i = head.Graph.Initializer.Count - 1; i >= 0; i--)
        {
            if (!used.Contains(head.Graph.Initializer[i].Name))
            {
                head.Graph.Initializer.RemoveAt(i);
            }
        }
        return head;
    }

    /// <summary>Makes outputs of the shared values that members read; null where one is no row vector.</summary>
    private List<(string Name, int Units)>? SharedUnits(GraphBuilder head, IReadOnlyDictionary<string, long[]> inputs)
    {
        var shapes = ShapeProbe.Shapes(head.Model, inputs);
        var made = MemberNodes.SelectMany(n => n.Output).ToHashSet();
        var result = new List<(string, int)>();
        var place = 0;
        foreach (var value in MemberNodes.SelectMany(n => n.Input).Where(i => i.Length > 0 && !made.Contains(i) && !constants.ContainsKey(i)).Distinct())
        {
            if (shapes[value] is not ([-1, > 0] or [> 0, -1]))
            {
                return null;
            }
            var byUnit = shapes[value][1] == -1;
            var units = (int)shapes[value][byUnit ? 0 : 1];
            var output = byUnit ? value : head.Op("Transpose", [value], Attributes.Ints("perm", 1, 0));
            head.Output(output, output, DataType.Float, units, -1);
            result.Add((output, units));
            values[value] = new UnitList([.. Enumerable.Range(place, units)], byUnit);
            place += units;
        }
        return result;
    }

    /// <summary>Adds the steps of a member's node, or says that there are none for it.</summary>
    private bool Write(NodeProto node)
    {
        var output = node.Output[0];
        var (a, b) = (Value(node, 0), Value(node, 1));
        switch (node.OpType)
        {
            case "Gemm" or "MatMul" when a is not null && DenseProduct.Of(node, constants) is { } product && product.Inputs == a.Places.Length && a.ByUnit == (node.IntOr("transA", 0) != 0):
                var activation = Following(ref output);
                steps.Add(new UnitProduct(a.Places, Target(output, product.Outputs), product, activation));
                return true;
            case "Relu" or "LeakyRelu" when a is not null:
                Scale(a, output, null, null, ActivationOf(node));
                return true;
            case "Add" or "Sub" or "Mul" or "Div" when a is not null && b is not null && a.Places.Length == b.Places.Length && a.ByUnit == b.ByUnit:
                steps.Add(new UnitCombination(node.OpType, a.Places, b.Places, Target(output, a.Places.Length, a.ByUnit)));
                return true;
            case "Add" or "Mul" when (a ?? b) is { ByUnit: false } x && PerUnit(node.Input[a is null ? 0 : 1], x.Places.Length) is { } numbers:
                Scale(x, output, node.OpType == "Mul" ? numbers : null, node.OpType == "Add" ? numbers : null, Activation.None);
                return true;
            case "BatchNormalization" when a is { ByUnit: false } && node.Input.Skip(1).All(constants.ContainsKey):
                var (scale, shift) = BatchNormFolding.Affine(node, constants);
                Scale(a, output, Array.ConvertAll(scale, v => (float)v), Array.ConvertAll(shift, v => (float)v), Activation.None);
                return true;
            case "Identity" when a is not null:
                return View(a.Places, a.ByUnit);
            case "Flatten" when a is { ByUnit: false } && node.IntOr("axis", 1) == 1:
                return View(a.Places, byUnit: false);
            case "Transpose" when a is not null && node.IntsOr("perm", 1, 0) is [1, 0]:
                return View(a.Places, !a.ByUnit);
            case "Gather" when a is not null && AlongUnits(node, a, 0) && constants.TryGetValue(node.Input[1], out var kept) && kept.Dims.Count == 1:
                return View([.. Tensors.ToInt64s(kept).Select(u => a.Places[u < 0 ? a.Places.Length + u : u])], a.ByUnit);
            case "Concat" when Enumerable.Range(0, node.Input.Count).Select(i => Value(node, i)).ToList() is var parts && parts.All(p => p is not null && p.ByUnit == parts[0]!.ByUnit && AlongUnits(node, p, 1)):
                return View([.. parts.SelectMany(p => p!.Places)], parts[0]!.ByUnit);
            default:
                return false;
        }

        // A view of other units is no step; as a member's logits it would have to be copied to their place.
        bool View(int[] units, bool byUnit)
        {
            values[output] = new UnitList(units, byUnit);
            return !members.ContainsKey(output);
        }
    }

    private UnitList? Value(NodeProto node, int input) => node.InputAt(input) is { } name ? values.GetValueOrDefault(name) : null;

    private static bool AlongUnits(NodeProto node, UnitList x, long defaultAxis) => (node.IntOr("axis", defaultAxis) + 2) % 2 == (x.ByUnit ? 0 : 1);

    private static Activation ActivationOf(NodeProto node) => new(node.OpType == "Relu" ? 0 : node.FloatOr("alpha", 0.01f));

    /// <summary>The activation that alone reads <paramref name="output"/>, which then is that activation's output.</summary>
    private Activation Following(ref string output)
    {
        if (onlyReader.GetValueOrDefault(output) is not { OpType: "Relu" or "LeakyRelu" } reader || members.ContainsKey(output))
        {
            return Activation.None;
        }
        fused.Add(reader);
        output = reader.Output[0];
        return ActivationOf(reader);
    }

    private int Target(string output, int units, bool byUnit = false)
    {
        var first = members.TryGetValue(output, out var member) ? logits + member * classes : places.Take(units);
        values[output] = new UnitList([.. Enumerable.Range(first, units)], byUnit);
        return first;
    }

    private void Scale(UnitList x, string output, float[]? scale, float[]? shift, Activation activation) =>
        steps.Add(new UnitScaling(
            x.Places, Target(output, x.Places.Length, x.ByUnit), scale ?? [.. Enumerable.Repeat(1f, x.Places.Length)], shift ?? new float[x.Places.Length], activation));

    /// <summary>A scalar, or one number per unit, as one number per unit.</summary>
    private float[]? PerUnit(string value, int units) =>
        !constants.TryGetValue(value, out var tensor) ? null
        : Tensors.Count(tensor) == 1 ? [.. Enumerable.Repeat(Tensors.ToFloats(tensor)[0], units)]
        : SitePlanner.IsUnitVector(tensor, units) ? Tensors.ToFloats(tensor)
        : null;

    /// <summary>A value's units by place; <paramref name="ByUnit"/> where the graph has it as [unit, row] instead of [row, unit].</summary>
    private sealed record UnitList(int[] Places, bool ByUnit);
}

using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Programs;

/// <summary>Writes the members' nodes, in order, as steps, each by its <see cref="StepRules"/>: knows where every value's units are.</summary>
internal sealed class UnitStepWriter
{
    private readonly IReadOnlyDictionary<string, NodeProto?> onlyReader;
    private readonly IReadOnlyList<SharedUnits> shared;
    private readonly Dictionary<string, int> logits = []; // the place of a member's first logit
    private readonly Dictionary<string, UnitList> values = [];
    private readonly List<UnitStep> steps = [];
    private readonly Dictionary<string, PackedWeights> packedWeights = []; // by the node's constants and attributes: members share what is not cut
    private readonly HashSet<NodeProto> fused = [];
    private readonly HashSet<string> written = [];
    private readonly Places places;

    /// <param name="onlyReader">The one node that reads a value; null where there are several.</param>
    /// <param name="members">Each member's logits.</param>
    public UnitStepWriter(
        IReadOnlyDictionary<string, TensorProto> constants, IReadOnlyDictionary<string, NodeProto?> onlyReader, IReadOnlyList<SharedUnits> shared, IReadOnlyList<string> members, int classes)
    {
        (Constants, this.onlyReader, this.shared) = (constants, onlyReader, shared);
        var place = 0;
        foreach (var units in shared)
        {
            values[units.Value] = new UnitList([.. Enumerable.Range(place, units.Units)], units.ByUnit);
            place += units.Units;
        }
        foreach (var member in members)
        {
            logits[member] = place;
            place += classes;
        }
        places = new Places(place);
    }

    public IReadOnlyDictionary<string, TensorProto> Constants { get; }

    /// <summary>The program of all steps written; null where some member's logits are not among their outputs.</summary>
    public UnitProgram? Finish(ModelProto head) =>
        logits.Keys.All(written.Contains) ? new UnitProgram(head, [.. shared.Select(s => (s.Output, s.Units))], [.. steps], logits.Values.Min(), places.End) : null;

    /// <summary>Takes back the places of the values that nothing reads any more.</summary>
    public void Forget(Func<string, bool> isDead)
    {
        foreach (var dead in values.Keys.Where(isDead).ToList())
        {
            values.Remove(dead);
        }
        places.KeepOnly(values.Values.SelectMany(v => v.Places).ToHashSet());
    }

    /// <summary>Adds the steps of a node, or says that there are none for it.</summary>
    public bool Write(NodeProto node) => fused.Contains(node) || (StepRules.Find(node.OpType) is { } rule && rule(this, node));

    /// <summary>The units of an input; null where it is left out, or no value of units.</summary>
    public UnitList? Units(NodeProto node, int input) => node.InputAt(input) is { } name ? values.GetValueOrDefault(name) : null;

    public bool IsConstant(string value) => Constants.ContainsKey(value);

    /// <summary>A constant; null where the value is none.</summary>
    public TensorProto? Constant(string value) => Constants.GetValueOrDefault(value);

    /// <summary>A constant's numbers; null where the value is none, or not of floats.</summary>
    public float[]? Floats(string value) => Constant(value) is { DataType: (int)TensorProto.Types.DataType.Float } tensor ? Tensors.ToFloats(tensor) : null;

    /// <summary>A constant's scalar, or one number per unit, as one number per unit.</summary>
    public float[]? PerUnit(string value, UnitList x) =>
        Floats(value) is not { } numbers ? null
        : numbers.Length == 1 && Constants[value].Dims.Count <= 2 ? [.. Enumerable.Repeat(numbers[0], x.Count)]
        : !x.ByUnit && numbers.Length == x.Count && Constants[value].Dims is [.., var last] and { Count: 1 or 2 } && last == x.Count ? numbers
        : null;

    /// <summary>The constant weights of a product; null where it has others.</summary>
    public PackedWeights? Packed(NodeProto node)
    {
        var key = string.Join(' ', node.Input.Skip(1)) + node.Attribute;
        if (!packedWeights.TryGetValue(key, out var packed) && DenseProduct.Of(node, Constants) is { } product)
        {
            packedWeights[key] = packed = new PackedWeights(product);
        }
        return packed;
    }

    public void Add(UnitStep step) => steps.Add(step);

    /// <summary>A node's output and no activation; or, where one alone reads it, that one and its output: it is written then.</summary>
    public (string Output, Activation Activation) WithActivation(NodeProto node)
    {
        var output = node.Output[0];
        if (logits.ContainsKey(output) || onlyReader.GetValueOrDefault(output) is not { } reader || Activation.Of(reader) is not { } activation)
        {
            return (output, Activation.None);
        }
        fused.Add(reader);
        return (reader.Output[0], activation);
    }

    /// <summary>Places for a value that a step makes: the first of them.</summary>
    public int Target(string output, int units, bool byUnit = false)
    {
        written.Add(output);
        var first = logits.TryGetValue(output, out var place) ? place : places.Take(units);
        values[output] = new UnitList([.. Enumerable.Range(first, units)], byUnit);
        return first;
    }

    /// <summary>Places that only the steps of one node use: the first of them.</summary>
    public int Scratch(int units) => places.Take(units);

    /// <summary>Makes a value by a scale, a shift (null for neither) and an activation.</summary>
    public void Scale(UnitList x, string output, float[]? scale, float[]? shift, Activation activation) =>
        Add(new UnitScaling(x.Places, Target(output, x.Count, x.ByUnit), scale ?? [.. Enumerable.Repeat(1f, x.Count)], shift ?? new float[x.Count], activation));

    /// <summary>Makes a node's output of units that are there.</summary>
    /// <returns>False where the output is a member's logits, which would have to be copied to their place.</returns>
    public bool View(NodeProto node, UnitList units)
    {
        values[node.Output[0]] = units;
        return !logits.ContainsKey(node.Output[0]);
    }
}

/// <summary>A value's units by place; <paramref name="ByUnit"/> where the graph has it as [unit, row] instead of [row, unit].</summary>
internal sealed record UnitList(int[] Places, bool ByUnit)
{
    public int Count => Places.Length;

    /// <summary>The places of all units, a single one repeated; null where there are neither one nor <paramref name="count"/>.</summary>
    public int[]? Spread(int count) => Count == count ? Places : Count == 1 ? [.. Enumerable.Repeat(Places[0], count)] : null;
}

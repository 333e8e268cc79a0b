using System.Runtime.Intrinsics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Programs;

/// <summary>Writes the members' nodes, in order, as steps.</summary>
internal sealed class UnitStepWriter
{
    private readonly IReadOnlyDictionary<string, TensorProto> constants;
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
        (this.constants, this.onlyReader, this.shared) = (constants, onlyReader, shared);
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
    public bool Write(NodeProto node)
    {
        if (fused.Contains(node))
        {
            return true;
        }
        var output = node.Output[0];
        var (a, b) = (Value(node, 0), Value(node, 1));
        switch (node.OpType)
        {
            case "Gemm" or "MatMul" when a is not null && Packed(node) is { } packed && packed.Inputs == a.Places.Length && a.ByUnit == (node.IntOr("transA", 0) != 0):
                var activation = Following(ref output);
                steps.Add(new UnitProduct(a.Places, Target(output, packed.Outputs), packed, activation));
                return true;
            case "Relu" or "LeakyRelu" when a is not null:
                Scale(a, output, null, null, ActivationOf(node));
                return true;
            case "Add" or "Sub" or "Mul" or "Div" when a is not null && b is not null && a.ByUnit == b.ByUnit && Math.Max(a.Places.Length, b.Places.Length) is var count && Spread(a, count) is { } left && Spread(b, count) is { } right:
                steps.Add(new UnitCombination(node.OpType, left, right, Target(output, count, a.ByUnit)));
                return true;
            case "Add" or "Sub" or "Mul" or "Div" when (a ?? b) is { } x && PerUnit(node.Input[a is null ? 0 : 1], x) is { } numbers && AsScaling(node.OpType, numbers, constantFirst: a is null) is (var scale, var shift):
                Scale(x, output, scale, shift, Activation.None);
                return true;
            case "Pow" when a is not null && constants.TryGetValue(node.Input[1], out var exponent) && Floats(exponent) is [2f]:
                steps.Add(new UnitCombination("Mul", a.Places, a.Places, Target(output, a.Places.Length, a.ByUnit)));
                return true;
            case "ReduceMean" when a is { ByUnit: false } && Axes(node) is [1 or -1] && node.IntOr("keepdims", 1) == 1:
                steps.Add(new UnitMean(a.Places, Target(output, 1)));
                return true;
            case "LayerNormalization" when a is { ByUnit: false } && node.IntOr("axis", -1) is 1 or -1 && node.Output.Count == 1:
                return Normalise(node, a, output);
            case "BatchNormalization" when a is { ByUnit: false } && node.Input.Skip(1).All(constants.ContainsKey):
                var (gains, offsets) = BatchNormFolding.Affine(node, constants);
                Scale(a, output, Array.ConvertAll(gains, v => (float)v), Array.ConvertAll(offsets, v => (float)v), Activation.None);
                return true;
            case var _ when a is not null && UnitFunction.Of(node) is { } function:
                steps.Add(new UnitFunction(a.Places, Target(output, a.Places.Length, a.ByUnit), function));
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
            return !logits.ContainsKey(output);
        }
    }

    private PackedWeights? Packed(NodeProto node)
    {
        var key = string.Join(' ', node.Input.Skip(1)) + node.Attribute;
        if (!packedWeights.TryGetValue(key, out var packed) && DenseProduct.Of(node, constants) is { } product)
        {
            packedWeights[key] = packed = new PackedWeights(product);
        }
        return packed;
    }

    private UnitList? Value(NodeProto node, int input) => node.InputAt(input) is { } name ? values.GetValueOrDefault(name) : null;

    private static bool AlongUnits(NodeProto node, UnitList x, long defaultAxis) => (node.IntOr("axis", defaultAxis) + 2) % 2 == (x.ByUnit ? 0 : 1);

    private static Activation ActivationOf(NodeProto node) => new(node.OpType == "Relu" ? 0 : node.FloatOr("alpha", 0.01f));

    /// <summary>The activation that alone reads <paramref name="output"/>, which then is that activation's output.</summary>
    private Activation Following(ref string output)
    {
        if (onlyReader.GetValueOrDefault(output) is not { OpType: "Relu" or "LeakyRelu" } reader || logits.ContainsKey(output))
        {
            return Activation.None;
        }
        fused.Add(reader);
        output = reader.Output[0];
        return ActivationOf(reader);
    }

    private int Target(string output, int units, bool byUnit = false)
    {
        written.Add(output);
        var first = logits.TryGetValue(output, out var place) ? place : places.Take(units);
        values[output] = new UnitList([.. Enumerable.Range(first, units)], byUnit);
        return first;
    }

    private void Scale(UnitList x, string output, float[]? scale, float[]? shift, Activation activation) =>
        steps.Add(new UnitScaling(
            x.Places, Target(output, x.Places.Length, x.ByUnit), scale ?? [.. Enumerable.Repeat(1f, x.Places.Length)], shift ?? new float[x.Places.Length], activation));

    /// <summary>(x − mean) / √(variance + ε) · scale + shift, over the units of a row: Ba, Kiros and Hinton, "Layer normalization" (2016).</summary>
    private bool Normalise(NodeProto node, UnitList x, string output)
    {
        if (PerUnit(node.Input[1], x) is not { } scale || (node.InputAt(2) is { } bias ? PerUnit(bias, x) : new float[scale.Length]) is not { } shift)
        {
            return false;
        }
        var width = x.Places.Length;
        var (mean, centred, scratch, deviation) = (places.Take(1), places.Take(width), places.Take(width), places.Take(1));
        int[] All(int first) => [.. Enumerable.Range(first, width)];
        int[] Repeated(int place) => [.. Enumerable.Repeat(place, width)];
        steps.Add(new UnitMean(x.Places, mean));
        steps.Add(new UnitCombination("Sub", x.Places, Repeated(mean), centred));
        steps.Add(new UnitCombination("Mul", All(centred), All(centred), scratch));
        steps.Add(new UnitMean(All(scratch), deviation));
        steps.Add(new UnitScaling([deviation], deviation, [1], [node.FloatOr("epsilon", 1e-5f)], Activation.None));
        steps.Add(new UnitFunction([deviation], deviation, Vector256.Sqrt));
        steps.Add(new UnitCombination("Div", All(centred), Repeated(deviation), scratch));
        Scale(new UnitList(All(scratch), false), output, scale, shift, Activation.None);
        return true;
    }

    /// <summary>The places of all units, a single one repeated; null where there are neither one nor <paramref name="count"/>.</summary>
    private static int[]? Spread(UnitList x, int count) =>
        x.Places.Length == count ? x.Places : x.Places.Length == 1 ? [.. Enumerable.Repeat(x.Places[0], count)] : null;

    /// <summary>The scale and shift that make an operation with constants, null for none; or null where they do not.</summary>
    private static (float[]? Scale, float[]? Shift)? AsScaling(string operation, float[] numbers, bool constantFirst) => operation switch
    {
        "Add" => (null, numbers),
        "Mul" => (numbers, null),
        "Sub" => constantFirst ? ([.. numbers.Select(_ => -1f)], numbers) : (null, Array.ConvertAll(numbers, n => -n)),
        _ => constantFirst ? null : (Array.ConvertAll(numbers, n => 1 / n), null),
    };

    private long[] Axes(NodeProto node) =>
        node.InputAt(1) is { } axes ? constants.TryGetValue(axes, out var tensor) ? Tensors.ToInt64s(tensor) : [] : node.IntsOr("axes");

    /// <summary>A scalar, or one number per unit, as one number per unit.</summary>
    private float[]? PerUnit(string value, UnitList x) =>
        !constants.TryGetValue(value, out var tensor) || Floats(tensor) is not { } numbers ? null
        : Tensors.Count(tensor) == 1 && tensor.Dims.Count <= 2 ? [.. Enumerable.Repeat(numbers[0], x.Places.Length)]
        : !x.ByUnit && IsUnitVector(tensor, x.Places.Length) ? numbers
        : null;

    private static float[]? Floats(TensorProto tensor) => tensor.DataType == (int)TensorProto.Types.DataType.Float ? Tensors.ToFloats(tensor) : null;

    private static bool IsUnitVector(TensorProto tensor, int units) => Tensors.Count(tensor) == units && tensor.Dims.Count is 1 or 2 && tensor.Dims[^1] == units;

    /// <summary>A value's units by place; <paramref name="ByUnit"/> where the graph has it as [unit, row] instead of [row, unit].</summary>
    private sealed record UnitList(int[] Places, bool ByUnit);
}

using Google.Protobuf;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Programs;

/// <summary>Turns the members' nodes of a compiled committee into a <see cref="UnitProgram"/>.</summary>
internal sealed class UnitProgramCompiler
{
    private readonly ModelProto committee;
    private readonly int shared; // nodes
    private readonly Dictionary<string, TensorProto> constants;
    private readonly Dictionary<string, NodeProto> makers;
    private readonly Dictionary<string, int> lastReader = []; // of a value, the index of a node
    private readonly Dictionary<string, NodeProto?> onlyReader = [];

    private UnitProgramCompiler(ModelProto committee, int shared)
    {
        (this.committee, this.shared) = (committee, shared);
        constants = committee.Graph.Initializer.ToDictionary(t => t.Name);
        makers = MemberNodes.SelectMany(n => n.Output, (node, output) => (node, output)).ToDictionary(o => o.output, o => o.node);
        foreach (var (at, node) in committee.Graph.Node.Index())
        {
            foreach (var input in Bodies.Reads(node))
            {
                onlyReader[input] = lastReader.ContainsKey(input) ? null : node;
                lastReader[input] = at;
            }
        }
    }

    private IEnumerable<NodeProto> MemberNodes => committee.Graph.Node.Skip(shared);

    /// <summary>The program, or null where the members hold operations that there are no steps for, such as convolutions.</summary>
    /// <param name="committee">The graph of all members; its outputs are their logits, [class, row]. Its weights are given up: of many classes they take hundreds of megabytes.</param>
    /// <param name="shared">The number of its first nodes, which are the same for all members.</param>
    /// <param name="inputs">Its inputs' shapes, -1 for the batch.</param>
    public static UnitProgram? Compile(ModelProto committee, int shared, IReadOnlyDictionary<string, long[]> inputs, int classes) =>
        new UnitProgramCompiler(committee, shared).Compile(inputs, classes);

    private UnitProgram? Compile(IReadOnlyDictionary<string, long[]> inputs, int classes)
    {
        var head = new GraphBuilder(Head());
        if (SharedValues(head, inputs) is not { } units || !MemberNodes.Any(n => n.OpType is "Gemm" or "MatMul"))
        {
            return null;
        }
        var members = committee.Graph.Output.Select(o => Computed(o.Name)).ToList();
        var writer = new UnitStepWriter(constants, onlyReader, units, members, classes);
        foreach (var (at, node) in committee.Graph.Node.Index().Skip(shared))
        {
            if (!IsLayout(node) && !writer.Write(node))
            {
                return null;
            }
            writer.Forget(value => lastReader.GetValueOrDefault(value, -1) <= at);
            Release(node, at);
        }
        return writer.Finish(head.Model);

        // Behind the logits, the graph only lays them out for its outputs.
        bool IsLayout(NodeProto node) => node.OpType is "Identity" or "Transpose" && members.Contains(Computed(node.Output[0]));
    }

    /// <summary>Gives up the constants that no later node reads.</summary>
    private void Release(NodeProto node, int at)
    {
        foreach (var read in node.Input.Where(input => lastReader.GetValueOrDefault(input) == at))
        {
            if (constants.TryGetValue(read, out var tensor) && !tensor.RawData.IsEmpty)
            {
                tensor.RawData = ByteString.Empty;
            }
        }
    }

    /// <summary>The value that <paramref name="output"/> only lays out in another way.</summary>
    private string Computed(string output)
    {
        while (makers.GetValueOrDefault(output) is { OpType: "Identity" or "Transpose" } layout)
        {
            output = layout.Input[0];
        }
        return output;
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
        var used = head.Graph.Node.SelectMany(Bodies.Reads).ToHashSet();
        var kept = head.Graph.Initializer.Where(t => used.Contains(t.Name)).ToList();
        head.Graph.Initializer.Clear();
        head.Graph.Initializer.AddRange(kept);
        return head;
    }

    /// <summary>Makes outputs of the shared values that members read; null where one is no row vector.</summary>
    private List<SharedUnits>? SharedValues(GraphBuilder head, IReadOnlyDictionary<string, long[]> inputs)
    {
        var shapes = shared > 0 ? ShapeProbe.Shapes(head.Model, inputs) : inputs;
        var result = new List<SharedUnits>();
        foreach (var value in MemberNodes.SelectMany(Bodies.Reads).Where(i => i.Length > 0 && !makers.ContainsKey(i) && !constants.ContainsKey(i)).Distinct())
        {
            if (shapes[value] is not ([-1, > 0] or [> 0, -1]))
            {
                return null;
            }
            var byUnit = shapes[value][1] == -1;
            var units = (int)shapes[value][byUnit ? 0 : 1];
            var output = byUnit ? value : head.Op("Transpose", [value], Attributes.Ints("perm", 1, 0));
            head.Output(output, output, DataType.Float, units, -1);
            result.Add(new SharedUnits(value, byUnit, output, units));
        }
        return result;
    }
}

/// <summary>A value that all members read.</summary>
/// <param name="Value">Its name in the committee's graph.</param>
/// <param name="ByUnit">Whether it is [unit, row] there, instead of [row, unit].</param>
/// <param name="Output">The output of the shared graph that holds it as [unit, row].</param>
/// <param name="Units">How many units it has.</param>
internal sealed record SharedUnits(string Value, bool ByUnit, string Output, int Units);

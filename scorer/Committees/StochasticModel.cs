using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Committees;

/// <summary>A model made ready for the compiler: constants folded, active dropout sites found, shapes known.</summary>
/// <param name="Inputs">The feature inputs and their shapes, -1 for the batch.</param>
/// <param name="Sites">The active dropout sites in the order of the file.</param>
/// <param name="Classes">The width of <paramref name="Logits"/>.</param>
internal sealed record StochasticModel(
    ModelGraph Graph,
    IReadOnlyDictionary<string, long[]> Inputs,
    IReadOnlyList<DropoutSite> Sites,
    string Logits,
    int Classes)
{
    private const string DefaultOutput = "logits";
    private const int FirstOpsetWithTrainingMode = 12;

    /// <summary>Reads <paramref name="package"/> for the output that holds the logits.</summary>
    /// <param name="inputs">The feature inputs and their shapes; those that the file leaves open are filled in by the caller.</param>
    /// <exception cref="DataException">The model cannot be scored; the message says why.</exception>
    public static StochasticModel Read(ModelPackage package, IReadOnlyDictionary<string, long[]> inputs)
    {
        var model = package.Model;
        var active = ActiveDropouts(model);
        RequireFixedBatchNormalisation(package);
        var logits = model.Graph.Output.Any(o => o.Name == DefaultOutput) ? DefaultOutput : model.Graph.Output[0].Name;
        var simple = ModelSession.Simplify(Only(model, logits));
        var graph = BatchNormFolding.Fold(new ModelGraph(simple, ShapeProbe.Shapes(simple, inputs)));
        var shape = graph.Shapes[logits];
        if (shape is not [-1, > 1])
        {
            throw new DataException($"output '{logits}' has shape [{string.Join(", ", shape)}], expected [-1, classes] with at least two classes: export the logits of a classifier");
        }
        return new StochasticModel(graph, inputs, [.. FindSites(graph, active)], logits, (int)shape[1]);
    }

    /// <summary>Refuses a model whose rows depend on their batch.</summary>
    /// <exception cref="DataException">A batch normalisation is in training mode.</exception>
    public static void RequireFixedBatchNormalisation(ModelPackage package)
    {
        if (package.Model.Graph.Node.FirstOrDefault(n => n.OpType == "BatchNormalization" && n.IntOr("training_mode", 0) != 0) is { } node)
        {
            throw new DataException($"{package.Path}: batch normalisation '{node.Name}' is in training mode, so what a row gets would depend on its batch: export with only the dropout modules in training mode (PyTorch: TrainingMode.PRESERVE)");
        }
    }

    /// <summary>The same model with its dropout off.</summary>
    public StochasticModel WithoutDropout() => this with { Graph = new ModelGraph(DropoutSwitch.Off(Graph.Model), Graph.Shapes), Sites = [] };

    /// <summary>The outputs of the dropout nodes that a stock runtime would run as dropout, in the order of the file.</summary>
    private static List<string> ActiveDropouts(ModelProto model)
    {
        if (ModelFile.Opset(model) < FirstOpsetWithTrainingMode)
        {
            return [];
        }
        var constants = model.Graph.Initializer.ToDictionary(t => t.Name);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Constant" && n.Find("value") is not null))
        {
            constants[node.Output[0]] = node.Find("value")!.T;
        }
        return
        [
            .. from node in model.Graph.Node
               where node.OpType == "Dropout" && node.Domain is "" or "ai.onnx"
               let mode = node.InputAt(2)
               where mode is not null && !(constants.TryGetValue(mode, out var value) && Tensors.ToInt64s(value)[0] == 0)
               select node.Output[0],
        ];
    }

    private static IEnumerable<DropoutSite> FindSites(ModelGraph graph, List<string> active)
    {
        foreach (var (ordinal, output) in active.Index())
        {
            if (graph.Producer(output) is not { OpType: "Dropout" } node)
            {
                continue; // It does not lead to the logits.
            }
            var ratio = node.InputAt(1) switch
            {
                null => 0.5f,
                var name when graph.IsConstant(name) => Tensors.ToFloats(graph.Constants[name])[0],
                var name => throw new DataException($"dropout '{node.Name}' computes its ratio ('{name}'), expected a constant: export the model with fixed ratios"),
            };
            if (node.Output.Count > 1 && node.Output[1].Length > 0 && graph.Consumers(node.Output[1]).Count > 0)
            {
                throw new DataException($"dropout '{node.Name}' hands its mask on to other nodes, expected only its output to be used: export the model without");
            }
            var dims = graph.Shapes[node.Input[0]];
            var (input, dropped) = ChannelDropout.Of(node, graph) ?? (node.Input[0], output);
            var (weights, rows) = (graph.IsConstant(node.Input[0]), Array.IndexOf(dims, -1));
            if (dims.Length < 2 || weights != rows < 0 || dims.Count(d => d < 0) > 1)
            {
                throw new DataException($"dropout '{node.Name}' has shape [{string.Join(", ", dims)}], expected the batch (-1) along one axis and fixed sizes along the others: export the model with a batch in front and fixed sizes behind it");
            }
            if (ratio > 0)
            {
                yield return new DropoutSite(ordinal, node.Name.Length > 0 ? node.Name : output, input, dropped, ratio, [.. dims.Where(d => d > 0)], rows);
            }
        }
    }

    /// <summary>The part of a model that leads to one of its outputs.</summary>
    public static ModelProto Only(ModelProto model, string output)
    {
        var result = model.Clone();
        var kept = result.Graph.Output.Single(o => o.Name == output);
        result.Graph.Output.Clear();
        result.Graph.Output.Add(kept);
        var needed = ModelGraph.Needed(model.Graph, [output]);
        result.Graph.Node.Clear();
        result.Graph.Node.AddRange(model.Graph.Node.Where(n => n.Output.Any(needed.Contains)).Select(n => n.Clone()));
        return result;
    }
}

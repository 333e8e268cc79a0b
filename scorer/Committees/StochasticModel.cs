using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Committees;

/// <summary>A model made ready for the compiler: constants folded, active dropout sites found, shapes known.</summary>
/// <param name="Inputs">The feature inputs and their shapes, -1 for the batch.</param>
/// <param name="Sites">The active dropout sites in the order of the file.</param>
/// <param name="Output">The output that is scored.</param>
/// <param name="Logits">The graph's output, [-1, class].</param>
/// <param name="Classes">The width of <paramref name="Logits"/>.</param>
internal sealed record StochasticModel(
    ModelGraph Graph,
    IReadOnlyDictionary<string, long[]> Inputs,
    IReadOnlyList<DropoutSite> Sites,
    ScoreOutput Output,
    string Logits,
    int Classes)
{
    /// <summary>The values of the graph, [-1, class], that hold the logits of the networks of which the model has several; empty for one.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>The networks one by one, each with its own logits and the sites that lead to them.</summary>
    public IReadOnlyList<StochasticModel> Apart => Networks.Count == 0 ? [this] : [.. Networks.Select(network =>
    {
        var needed = ModelGraph.Needed(Graph.Model.Graph, [network]);
        return this with { Logits = network, Sites = [.. Sites.Where(site => needed.Contains(site.Output))], Networks = [] };
    })];

    /// <summary>The time that planning takes grows with their square.</summary>
    private const int MostNodes = 8192;

    private const int FirstOpsetWithTrainingMode = 12;
    private const int FirstOpsetWithNormalisationMode = 14;

    /// <summary>Reads <paramref name="package"/> for the output that holds the logits.</summary>
    /// <param name="inputs">The feature inputs and their shapes; those that the file leaves open are filled in by the caller.</param>
    /// <exception cref="DataException">The model cannot be scored; the message says why.</exception>
    public static StochasticModel Read(ModelPackage package, IReadOnlyDictionary<string, long[]> inputs)
    {
        RequireSize(package, inputs.Keys);
        RequireFixedBatchNormalisation(package);
        RequireRatios(package.Model);
        var found = OutputFinder.Find(package, inputs);
        var simple = ModelSession.Simplify(RandomDraw.SpellOut(EarlyDropout.SpellOut(found.Model)));
        var shapes = ShapeProbe.Shapes(simple, inputs);
        var (graph, managed) = RandomMasks.Manage(BatchNormFolding.Fold(new ModelGraph(FixedShapes.Fold(simple, shapes), shapes)));
        RandomOperators.Refuse(graph.Model, package.Path);
        var shape = graph.Shapes[found.Logits];
        if (shape is not [-1, > 1])
        {
            throw new DataException($"output '{found.Output.Name}' has shape [{string.Join(", ", shape)}], expected [-1, classes] with at least two classes: export the logits of a classifier");
        }
        if (found.Networks.FirstOrDefault(network => !graph.Shapes[network].SequenceEqual(shape)) is { } other)
        {
            throw new DataException($"output '{other}' has shape [{string.Join(", ", graph.Shapes[other])}], expected [{string.Join(", ", shape)}] as '{found.Output.Name}' has, whose network it is: publish the model again");
        }
        var active = ActiveDropouts(package.Model).ToList();
        return new StochasticModel(graph, inputs, [.. FindSites(graph, [.. active.Union(ActiveDropouts(simple)), .. managed])], found.Output.With((int)shape[1]), found.Logits, (int)shape[1]) { Networks = found.Networks };
    }

    /// <summary>Refuses at once what would take too long to plan: counted are the operators that rows go through.</summary>
    private static void RequireSize(ModelPackage package, IEnumerable<string> inputs)
    {
        var (reached, operators) = (inputs.ToHashSet(), 0);
        var graph = (package.Output.Name is { } output && package.Model.Graph.Output.Any(o => o.Name == output) ? GraphPart.Of(package.Model, output) : package.Model).Graph;
        foreach (var node in graph.Node.Where(n => Bodies.Reads(n).Any(reached.Contains)))
        {
            reached.UnionWith(node.Output);
            operators += node.OpType == "Identity" ? 0 : 1;
        }
        if (operators > MostNodes)
        {
            throw new DataException($"{package.Path} has {operators:N0} operators that rows go through, expected at most {MostNodes:N0}: export a smaller model, or name its scores with --output where other outputs take the more");
        }
    }

    /// <summary>Refuses a model whose rows depend on their batch.</summary>
    /// <exception cref="DataException">A batch normalisation is in training mode.</exception>
    public static void RequireFixedBatchNormalisation(ModelPackage package)
    {
        var opset = ModelFile.Opset(package.Model); // Before there was an attribute, statistics among the outputs said so.
        if (Bodies.AllNodes(package.Model.Graph).FirstOrDefault(n => n.OpType == "BatchNormalization" && (n.IntOr("training_mode", 0) != 0 || (opset < FirstOpsetWithNormalisationMode && n.Output.Skip(1).Any(o => o.Length > 0)))) is { } node)
        {
            throw new DataException($"{package.Path}: batch normalisation '{(node.Name.Length > 0 ? node.Name : node.Output[0])}' is in training mode, so what a row gets would depend on its batch: export with only the dropout modules in training mode (PyTorch: TrainingMode.PRESERVE)");
        }
    }

    private static void RequireRatios(ModelProto model)
    {
        var constants = RandomOperators.Constants(model.Graph);
        foreach (var node in Bodies.AllNodes(model.Graph).Where(n => RandomOperators.IsActiveDropout(n, constants)))
        {
            if (node.InputAt(1) is { } name && constants.TryGetValue(name, out var tensor) && Tensors.ToFloats(tensor)[0] is var ratio && ratio is not (>= 0 and < 1))
            {
                throw new DataException($"dropout '{(node.Name.Length > 0 ? node.Name : node.Output[0])}' drops a share of {ratio}, expected 0 or more and less than 1: export the model with such a ratio");
            }
        }
    }

    /// <summary>The same model with its dropout off.</summary>
    public StochasticModel WithoutDropout() => this with { Graph = new ModelGraph(DropoutSwitch.Off(Graph.Model), Graph.Shapes), Sites = [], Networks = [] };

    /// <summary>The outputs of the dropout nodes that a stock runtime would run as dropout, in the order of the file.</summary>
    private static IEnumerable<string> ActiveDropouts(ModelProto model)
    {
        var constants = RandomOperators.Constants(model.Graph);
        return ModelFile.Opset(model) < FirstOpsetWithTrainingMode ? [] : model.Graph.Node.Where(n => RandomOperators.IsActiveDropout(n, constants)).Select(n => n.Output[0]);
    }

    private static IEnumerable<DropoutSite> FindSites(ModelGraph graph, List<string> active)
    {
        foreach (var (ordinal, output) in active.Index())
        {
            if (graph.Producer(output) is not { OpType: "Dropout" } node)
            {
                continue; // It does not lead to the logits.
            }
            if (node.InputAt(2) is { } mode && graph.Constants.GetValueOrDefault(mode) is { DataType: (int)TensorProto.Types.DataType.Bool } said && Tensors.ToInt64s(said)[0] == 0)
            {
                continue; // What was computed of constants has turned out to be false.
            }
            var name = node.Name.Length > 0 ? node.Name : output;
            var ratio = node.InputAt(1) switch
            {
                null => 0.5f,
                var rate when graph.IsConstant(rate) => Tensors.ToFloats(graph.Constants[rate])[0],
                var rate => throw new DataException($"dropout '{name}' computes its ratio ('{rate}'), expected a constant: export the model with fixed ratios"),
            };
            if (node.Output.Count > 1 && node.Output[1].Length > 0 && graph.Consumers(node.Output[1]).Count > 0)
            {
                throw new DataException($"dropout '{name}' hands its mask on to other nodes, expected only its output to be used: export the model without");
            }
            var dims = graph.Shapes[node.Input[0]];
            var (input, dropped) = WholeChannels.Of(node, graph) ?? (node.Input[0], output);
            var (weights, rows) = (graph.IsConstant(node.Input[0]), Array.FindIndex(dims, d => d < 0));
            if (dims.Length < 2 || weights != rows < 0 || dims.Count(d => d < 0) > 1 || dims.Contains(0))
            {
                throw new DataException($"dropout '{name}' has shape [{string.Join(", ", dims)}], expected the batch (-1) along one axis and fixed sizes along the others: export the model with a batch in front and fixed sizes behind it");
            }
            if (ratio > 0)
            {
                yield return new DropoutSite(ordinal, name, input, dropped, ratio, [.. dims.Where(d => d != -1).Select(Math.Abs)], rows, rows >= 0 && dims[rows] < -1);
            }
        }
    }
}

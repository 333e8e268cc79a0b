using Google.Protobuf.Collections;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>Makes a network of a given model: feature columns in front, a head behind.</summary>
internal static class TransferNetwork
{
    /// <summary>Builds the graph. Features go into the model as they are, not standardised: it knows its own scale. What the new head takes of it is, by constants that training measures.</summary>
    /// <param name="columns">One for each of the model's inputs; see <see cref="GivenInputs.Matched"/>.</param>
    /// <param name="classes">Classes, at least two.</param>
    /// <param name="seed">Fixes the new head's first weights.</param>
    /// <exception cref="DataException">The model cannot be trained, or its shapes do not fit the columns or the classes.</exception>
    /// <exception cref="UsageException">The request names what the model has not.</exception>
    public static Network Build(TransferSpec spec, IReadOnlyList<VectorColumn> columns, int classes, ulong seed)
    {
        string[] outputs = [Network.Logits, Network.Embedding, Network.PredictedLoss];
        ModelInput[] inputs = [.. columns.Select(c => new ModelInput(NetworkBuilder.InputName(c.Name, outputs), [c.Name], [-1, c.Width], c.Optional ? ModelInput.NaN : ModelInput.Reject) { Shape = c.Shape })];
        string[] taken = [.. outputs, .. inputs.Select(i => i.Name)];
        var given = GivenGraph.Of(spec.Package, taken);
        var own = given.Graph.Output.Clone();
        var graph = Opened(given, inputs);
        var shapes = Shapes(spec.Package, graph.Model, inputs);
        var layers = new LayerWriter(graph, new Initialiser(seed), NetworkBuilder.TrainingMode(graph, inputs[0].Name));
        var end = spec.KeepsHead ? OutputOf(spec, own, Network.Logits) : HeadPlace.Find(graph.Model.Graph, own, spec.Package, spec.On, shapes);
        if (FixedBatch.Rows(OpsetUpgrade.Of(spec.Package.Model)) is { } rows)
        {
            var exported = Opened(GivenGraph.Of(spec.Package, taken, asExported: true), inputs).Model;
            foreach (var value in spec.KeepsHead ? [end, OutputOf(spec, own, Network.Embedding)] : (string[])[end])
            {
                RowsProof.Require(spec.Package.Path, exported, graph.Model, value, inputs, rows, shapes);
            }
        }
        var learning = Learning(spec, graph.Model, end);
        var (embedding, width, head) = spec.KeepsHead ? KeepHead(spec, graph, end, OutputOf(spec, own, Network.Embedding), classes, shapes) : AddHead(spec, graph, layers, end, classes, shapes);
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, width);
        GivenGraph.Prune(graph.Model.Graph);
        var kept = graph.Model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        string[] parameters = [.. learning.Where(kept.Contains), .. layers.Parameters];
        return new Network(graph.Model, parameters, [], inputs, [.. Dropouts(graph.Model.Graph, shapes), .. layers.Dropouts], (int)width, [new Head(Network.Logits, null)], [])
        {
            Given = [.. parameters.Except(layers.Parameters)],
            Remembered = Remembered(graph.Model.Graph, parameters, head),
            NewHead = head,
        };
    }

    /// <summary>The same network, of which the new head alone learns.</summary>
    public static Network HeadAlone(Network network)
    {
        string[] learning = [.. network.Parameters.Except(network.Given)];
        return network with { Parameters = learning, Given = [], Remembered = Remembered(network.Forward.Graph, learning, network.NewHead) };
    }

    /// <summary>The model's own weights that learn.</summary>
    private static IReadOnlyList<string> Learning(TransferSpec spec, ModelProto model, string end)
    {
        if (spec.Unfreeze is [LastBlock.Name])
        {
            return LastBlock.Weights(model, end);
        }
        var weights = TrainableWeights.In(model, [end]);
        return spec.Unfreeze.Count > 0 ? TrainableWeights.Named(weights, spec.Unfreeze, "--unfreeze") : [.. weights.Except(TrainableWeights.Named(weights, spec.Freeze, "--freeze"))];
    }

    /// <summary>It ends before the constants of a new head, which are yet to be measured.</summary>
    private static IReadOnlyList<string> Remembered(GraphProto graph, IEnumerable<string> learning, NewHead? head) =>
        FrozenPart.End(graph, head is null ? learning : [.. learning, head.Mean, head.Scale]);

    /// <summary>The model's nodes behind what brings the columns to them.</summary>
    private static GraphBuilder Opened(ModelProto given, ModelInput[] inputs)
    {
        var model = given.Clone();
        var own = model.Graph.Input.ToList();
        model.Graph.Input.Clear();
        model.Graph.Output.Clear();
        var graph = new GraphBuilder(model);
        var nodes = graph.Model.Graph.Node.ToList();
        graph.Model.Graph.Node.Clear();
        foreach (var input in inputs)
        {
            graph.Input(input.Name, DataType.Float, [.. input.Dims]);
        }
        var places = GivenInputs.Write(graph, own, inputs);
        foreach (var node in nodes)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = places.GetValueOrDefault(node.Input[i], node.Input[i]);
            }
        }
        graph.Model.Graph.Node.Add(nodes);
        return graph;
    }

    private static IReadOnlyDictionary<string, long[]> Shapes(ModelPackage package, ModelProto model, ModelInput[] inputs)
    {
        try
        {
            return ShapeProbe.Shapes(model, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        }
        catch (InvalidOperationException e)
        {
            throw new DataException($"{package.Path} cannot be trained: {e.Message}: export it with the batch as its first dimension", e);
        }
    }

    private static string OutputOf(TransferSpec spec, RepeatedField<ValueInfoProto> own, string name) =>
        spec.Package.Model.Graph.Output.Select(o => o.Name).ToList().IndexOf(name) is var place and >= 0
            ? own[place].Name
            : throw new DataException($"{spec.Package.Path} has no output '{name}': put a new head on it with --head new");

    private static (string Embedding, long Width, NewHead? Head) KeepHead(TransferSpec spec, GraphBuilder graph, string logits, string embedding, int classes, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (shapes[logits][^1] != classes)
        {
            throw new DataException($"{spec.Package.Path} gives {shapes[logits][^1]} logits, the labels have {classes} classes: put a new head on it with --head new");
        }
        if (TrainedDropout.Of(graph.Model.Graph.Node, graph.Model.Graph.Initializer.ToDictionary(t => t.Name)).Count == 0)
        {
            throw new DataException($"{spec.Package.Path} has no active dropout, of which the scorer's committee is made: put a new head on it with --head new");
        }
        graph.Output(logits, Network.Logits, DataType.Float, -1, classes);
        return (embedding, shapes[embedding][^1], null);
    }

    private static (string Embedding, long Width, NewHead? Head) AddHead(
        TransferSpec spec, GraphBuilder graph, LayerWriter layers, string on, int classes, IReadOnlyDictionary<string, long[]> shapes)
    {
        var (value, width) = SequencePooling.Vectors(graph, on, shapes);
        var (mean, scale) = (graph.Constant("head_mean", new float[width], width), graph.Constant("head_scale", [1], 1));
        layers.Start(graph.Op("Mul", [graph.Op("Sub", [value, mean]), scale]), width);
        layers.Add(new UnitDropout(spec.Dropout));
        graph.Output(layers.Head(classes), Network.Logits, DataType.Float, -1, classes);
        return (value, width, new NewHead(mean, scale, layers.Parameters[0]));
    }

    private static IEnumerable<ModelDropout> Dropouts(GraphProto graph, IReadOnlyDictionary<string, long[]> shapes)
    {
        var sites = TrainedDropout.Of(graph.Node, graph.Initializer.ToDictionary(t => t.Name));
        return graph.Node.Where(n => sites.ContainsKey(n.Output[0]) && shapes.ContainsKey(n.Input[0]) && shapes.ContainsKey(n.Output[0]))
            .Select(n => new ModelDropout(n.Name, sites[n.Output[0]].Ratio, shapes[n.Input[0]][1..].Aggregate(1L, (a, d) => a * d)));
    }
}

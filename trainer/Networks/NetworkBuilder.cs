using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Networks;

/// <summary>Turns the layers of a <see cref="NetworkSpec"/> into a graph for given feature columns and classes.</summary>
internal static class NetworkBuilder
{
    private const string FeatureMean = "feature_mean";
    private const string FeatureScale = "feature_scale";

    /// <summary>Channels, height and width of the images in the pool's feature column; null where the layers take vectors.</summary>
    /// <exception cref="UsageException">The columns do not hold images of one obvious shape, or not of the shape that the file states.</exception>
    public static IReadOnlyList<int>? Image(NetworkSpec spec, IReadOnlyList<VectorColumn> columns)
    {
        if (!spec.NeedsImage)
        {
            return null;
        }
        if (columns.Count != 1)
        {
            throw new UsageException($"the network works on images in one feature column, got {columns.Count} ({string.Join(", ", columns.Select(c => c.Name))}): choose one with --features");
        }
        var (name, width, _) = columns[0];
        if (spec.Image is [var c, var h, var w])
        {
            return (long)c * h * w == width
                ? spec.Image
                : throw new UsageException($"column {name} holds {width} values, the network's image [{c}, {h}, {w}] has {(long)c * h * w}: correct \"image\" in network.json");
        }
        return Square(width) is { } grey ? [1, grey, grey]
            : width % 3 == 0 && Square(width / 3) is { } colour ? [3, colour, colour]
            : throw new UsageException($"column {name} holds {width} values, neither a square image of one channel nor of three: write a network.json with \"image\": [channels, height, width], or use --network mlp");
    }

    /// <summary>Builds the graph.</summary>
    /// <param name="spec">The layers.</param>
    /// <param name="columns">The pool's feature columns; joined in this order.</param>
    /// <param name="classes">Classes, at least two; 1 for a number that ranks rows.</param>
    /// <param name="standardisation">Of the joined features.</param>
    /// <param name="seed">Fixes the first weights.</param>
    /// <param name="head">What the output of the head is called.</param>
    /// <exception cref="UsageException">See <see cref="Image"/>.</exception>
    /// <exception cref="DataException">A layer does not fit the one before it; names the layer.</exception>
    public static Network Build(NetworkSpec spec, IReadOnlyList<VectorColumn> columns, int classes, Standardisation standardisation, ulong seed, string head = Network.Logits)
    {
        if (spec.Members > 1 && (spec.MembersProblem ?? (head == Network.Logits && classes > 1 ? null : "the network is one of several members, expected one alone: there are no classes whose probabilities could be averaged")) is { } problem)
        {
            throw new UsageException(problem);
        }
        var image = Image(spec, columns);
        var graph = new GraphBuilder("network");
        string[] names = [head, .. OutputNames(spec, columns)];
        var missing = spec.Tower is null ? ModelInput.Reject : ModelInput.NaN;
        var inputs = columns.Select(c => new ModelInput(InputName(c.Name, names), [c.Name], [-1, c.Width], missing) { Shape = c.Shape }).ToArray();
        foreach (var input in inputs)
        {
            graph.Input(input.Name, DataType.Float, input.Dims.ToArray());
        }
        var mode = TrainingMode(graph, inputs[0].Name);
        LayerWriter[] networks = [.. Enumerable.Range(0, spec.Members).Select(member => new LayerWriter(graph, new Initialiser(seed + (ulong)member), mode) { Member = (ulong)member })];
        var layers = networks[0];
        var towers = new LateFusion(graph, layers, spec);
        if (spec.Tower is not null)
        {
            Named("tower", () => towers.Write(inputs, classes, standardisation));
        }
        else
        {
            var joined = Join(graph, inputs);
            var features = spec.Tokens > 0 ? joined : Standardise(graph, joined, standardisation);
            Array.ForEach(networks, network => Start(graph, network, features, columns.Sum(column => column.Width), image));
        }
        var (logits, embedding) = NetworkMembers.Mean(graph, [.. networks.Select(network => Ends(graph, spec, network, classes))], classes);
        var width = networks.Sum(network => network.Width);
        graph.Output(logits, head, DataType.Float, -1, classes);
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, width);
        foreach (var (output, value) in towers.Outputs)
        {
            graph.Output(value, output, DataType.Float, -1, classes);
        }
        IReadOnlyList<string> taps = [];
        if (spec.PredictedLoss)
        {
            (var loss, taps) = LossPrediction.Write(graph, layers);
            graph.Output(loss, Network.PredictedLoss, DataType.Float, -1, 1);
        }
        List<T> Of<T>(Func<LayerWriter, List<T>> part) => [.. networks.SelectMany(part)];
        return new Network(graph.Model, Of(n => n.Parameters), Of(n => n.Statistics), inputs, Of(n => n.Dropouts), width, [new Head(head, null), .. towers.Heads], taps)
        {
            HasOwnLayers = true,
            Tokens = spec.Tokens,
            Members = NetworkMembers.Outputs(spec.Members),
        };
    }

    /// <summary>Adds the layers and the head.</summary>
    private static (string Logits, string Embedding) Ends(GraphBuilder graph, NetworkSpec spec, LayerWriter layers, int classes)
    {
        for (var i = 0; i < spec.Layers.Count; i++)
        {
            Named($"layer {i + 1}", () => layers.Add(spec.Layers[i]));
        }
        var (embedding, logits) = (layers.Undropped, "");
        Named($"layer {spec.Layers.Count + 1}", () => logits = layers.Head(classes));
        return layers.Unreadable is { } unreadable ? (graph.Op("Add", [logits, unreadable]), graph.Op("Add", [embedding, unreadable])) : (logits, embedding);
    }

    private static void Start(GraphBuilder graph, LayerWriter layers, string features, int width, IReadOnlyList<int>? image)
    {
        if (image is [var c, var h, var w])
        {
            layers.Start(graph.Op("Reshape", [features, graph.Ints(0, c, h, w)]), c, h, w);
        }
        else
        {
            layers.Start(features, width);
        }
    }

    // True for every batch, but only the batch's own size says so: ONNX Runtime deletes a dropout whose mode it can work out beforehand,
    // and its committee of passes would then agree on everything.
    internal static string TrainingMode(GraphBuilder graph, string input) =>
        graph.Op("Greater", [graph.Op("Size", [input]), graph.Constant(Tensors.Int64("never", [-1]))]);

    internal static string Join(GraphBuilder graph, ModelInput[] inputs) =>
        inputs.Length == 1 ? inputs[0].Name : graph.Op("Concat", inputs.Select(i => i.Name).ToArray(), Attributes.Int("axis", 1));

    internal static string Standardise(GraphBuilder graph, string features, Standardisation by)
    {
        var centred = graph.Op("Sub", [features, graph.Constant(FeatureMean, by.Mean, by.Mean.Length)]);
        var scaled = graph.Op("Mul", [centred, graph.Constant(FeatureScale, by.Scale, by.Scale.Length)]);
        return graph.Op("Clip", [scaled, graph.Scalar(-Standardisation.Limit), graph.Scalar(Standardisation.Limit)]);
    }

    /// <summary>Whether an initializer of a graph that <see cref="Build"/> made is part of the standardisation of its features.</summary>
    internal static bool Standardises(string initializer) =>
        initializer.StartsWith(FeatureMean, StringComparison.Ordinal) || initializer.StartsWith(FeatureScale, StringComparison.Ordinal);

    private static string[] OutputNames(NetworkSpec spec, IReadOnlyList<VectorColumn> columns) =>
        [Network.Logits, Network.Embedding, Network.PredictedLoss, .. NetworkMembers.Outputs(spec.Members), .. spec.Tower is null ? [] : columns.Select(c => Network.TowerLogits(c.Name))];

    // A graph's names are unique: a column may not take an output's.
    internal static string InputName(string column, IReadOnlyList<string> outputs) => outputs.Contains(column) ? $"{column}_column" : column;

    private static void Named(string part, Action add)
    {
        try
        {
            add();
        }
        catch (DataException e)
        {
            throw new DataException($"the network's {part} does not fit: {e.Message}", e);
        }
    }

    private static int? Square(int values) => (int)Math.Round(Math.Sqrt(values)) is var side && side * side == values ? side : null;
}

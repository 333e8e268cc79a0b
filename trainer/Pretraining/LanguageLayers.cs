using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The first layers of a network, as far as they read forwards, as a language model of tied weights that drops what they drop.</summary>
/// <param name="Model">The graph.</param>
/// <param name="Parameters">Its initializers that learn, those of the layers under their names.</param>
/// <param name="Table">Of the words' vectors, [token, unit].</param>
/// <param name="Bias">[known token].</param>
/// <param name="States">What the last recurrent layer gives, [batch, step, unit].</param>
/// <param name="Dropped">The same behind dropout.</param>
internal sealed record LanguageLayers(ModelProto Model, IReadOnlyList<string> Parameters, string Table, string Bias, string States, string Dropped, int Units, TokenEmbedding Words)
{
    /// <summary>That of the first vectors, which tell what follows too: those of a network that learns from labels would be as sure as can be of it (Merity et al. 2018, section 4.1).</summary>
    private const float FirstBound = 0.1f;

    private const string Option = "--method language-model";

    /// <param name="known">Tokens that are told to follow.</param>
    /// <exception cref="UsageException">The layers make no such model; names the layer.</exception>
    public static LanguageLayers Of(NetworkSpec spec, IReadOnlyList<ModelInput> inputs, int known, ulong seed)
    {
        var words = WordsOf(spec);
        var (graph, width) = (new GraphBuilder("language_model"), inputs.Sum(i => (int)i.Dims[1]));
        foreach (var input in inputs)
        {
            graph.Input(input.Name, DataType.Float, input.Dims.ToArray());
        }
        var layers = new LayerWriter(graph, new Initialiser(seed), NetworkBuilder.TrainingMode(graph, inputs[0].Name));
        layers.Start(NetworkBuilder.Join(graph, [.. inputs]), width);
        foreach (var layer in Forwards(spec))
        {
            layers.Add(layer);
        }
        if (layers.Row.Shape[1] != words.Width)
        {
            throw new UsageException($"{Option}: the last recurrent layer gives {layers.Row.Shape[1]} units, the embedding's vectors have a width of {words.Width}, expected as many: what it tells to follow it tells by these vectors");
        }
        var table = graph.Model.Graph.Initializer.Single(t => t.Name == layers.Parameters[0]);
        var vectors = Tensors.ToFloats(table);
        var bound = vectors.Max(MathF.Abs);
        table.RawData = Tensors.Float(table.Name, Array.ConvertAll(vectors, v => v * (FirstBound / bound)), [.. table.Dims]).RawData;
        var bias = graph.Constant("token_bias", new float[known], known);
        graph.Output(layers.Value, "states", DataType.Float, -1, width, words.Width);
        return new LanguageLayers(graph.Model, [.. layers.Parameters, bias], layers.Parameters[0], bias, layers.Undropped, layers.Value, words.Width, words);
    }

    /// <exception cref="UsageException">The network does not read token ids.</exception>
    public static TokenEmbedding WordsOf(NetworkSpec spec) => spec.Layers[0] as TokenEmbedding
        ?? throw new UsageException($"{Option}: the network's first layer is {spec.Layers[0].TypeName}, expected embedding: a language model reads token ids, with --network awd-lstm say");

    /// <summary>The layers up to the last recurrent one, which gives all its states, and the dropout right behind it.</summary>
    private static IReadOnlyList<Layer> Forwards(NetworkSpec spec)
    {
        var (taken, end) = (new List<Layer>(), 0);
        foreach (var layer in spec.Layers)
        {
            switch (layer)
            {
                case Recurrent { Bidirectional: false } recurrent:
                    taken.Add(recurrent with { Output = RecurrentOutput.Sequence });
                    end = taken.Count;
                    break;
                case TokenEmbedding or LockedDropout or UnitDropout:
                    taken.Add(layer);
                    end += end == taken.Count - 1 && end > 0 ? 1 : 0;
                    break;
                default:
                    return Found(layer);
            }
            if (layer is Recurrent { Output: RecurrentOutput.Last })
            {
                break;
            }
        }
        return Found(null);

        IReadOnlyList<Layer> Found(Layer? next) => end > 0 ? taken[..end]
            : throw new UsageException($"{Option}: {(next is null ? "the network has no recurrent layer" : $"the network's layer {taken.Count + 1} is {(next is Recurrent ? $"{next.TypeName} that reads both ways" : next.TypeName)}")}, expected an embedding, then lstm or gru that read forwards, with lockedDropout or dropout between: use --network awd-lstm");
    }
}

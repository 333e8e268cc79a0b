using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Transfer;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>An encoder of texts as a graph from a column of token ids to its tokens' states, to one vector a row, and to what tells masked tokens.</summary>
/// <param name="Model">With the head that tells tokens.</param>
/// <param name="Given">The encoder's weights, under the names that they have in its own file.</param>
/// <param name="Head">The weights of a dense layer with GELU and a layer norm, as BERT has them, and a bias a known token; the words' own vectors are the output weights.</param>
/// <param name="States">[row, place, unit].</param>
/// <param name="Table">Of the words' vectors, [token, unit].</param>
internal sealed record EncoderGraph(ModelProto Model, ModelInput Input, IReadOnlyList<string> Given, IReadOnlyList<string> Head, string States, string Embedding, string Told, string Table, string Bias, int Units)
{
    private const long MostWeights = 120_000_000;

    /// <param name="width">Ids of a row.</param>
    /// <param name="known">Tokens that can be told.</param>
    /// <exception cref="DataException">The model is no encoder whose states can tell tokens by its own words' vectors, or too large.</exception>
    public static EncoderGraph Of(EncoderParts encoder, string column, int width, int known, ulong seed)
    {
        if (encoder.Spec.Pooling == Pooling.None)
        {
            throw new DataException($"{encoder.Name}: its {EncoderSpec.FileName} says that it gives one vector a text (pooling none), expected one a token, which tells the token: export last_hidden_state");
        }
        var input = new ModelInput(NetworkBuilder.InputName(column, [Network.Logits, Network.Embedding]), [column], [-1, width]);
        var feed = TokenFeed.Of(encoder, input, Network.Logits, Network.Embedding);
        var (graph, nodes, _, states) = feed;
        var model = graph.Model;
        var given = TrainableWeights.In(model, [states]);
        var weights = model.Graph.Initializer.ToDictionary(t => t.Name);
        var table = nodes.Where(n => n.OpType == "Gather" && given.Contains(n.Input[0])).Select(n => weights[n.Input[0]]).FirstOrDefault(t => t.Dims.Count == 2 && t.Dims[0] >= encoder.Tokens.Tokens)
            ?? throw new DataException($"{encoder.Name}: no table of float32 vectors of its {encoder.Tokens.Tokens} tokens is looked up in it, expected one: an encoder whose weights were quantised cannot learn; name one with weights of float32");
        if (given.Sum(name => Tensors.Count(weights[name])) is > MostWeights and var count)
        {
            throw new DataException($"{encoder.Name}: {count:N0} weights would learn, expected {MostWeights:N0} at most: what a killed run goes on from is kept in memory too; choose a smaller encoder");
        }
        var units = (int)table.Dims[1];
        var layers = new LayerWriter(graph, new Initialiser(seed), trainingMode: "");
        layers.Start(states, width, units);
        layers.Add(new Dense(units, ActivationKind.Gelu));
        layers.Add(new LayerNorm());
        var told = layers.Value;
        var bias = graph.Constant("token_bias", new float[known], known);
        var embedding = feed.Vector(encoder.Spec);
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, units);
        return new EncoderGraph(graph.Model, input, given, [.. layers.Parameters, bias], states, embedding, told, table.Name, bias, units);
    }

    /// <summary>The graph from token ids to one vector a row, without the head, with the weights.</summary>
    public ModelProto Package(IReadOnlyDictionary<string, float[]> weights)
    {
        var model = Training.TrainRun.With(Model, weights);
        GivenGraph.Prune(model.Graph);
        return model;
    }

    /// <summary>The encoder itself, as it was read, with the weights.</summary>
    /// <exception cref="DataException">A weight is none of the encoder's file.</exception>
    public ModelProto Encoder(EncoderParts encoder, IReadOnlyDictionary<string, float[]> weights)
    {
        var model = OpsetUpgrade.Of(encoder.Model);
        var own = model.Graph.Initializer.Where(t => t.DataType == (int)DataType.Float).Select(t => t.Name).ToHashSet();
        return Given.FirstOrDefault(name => !own.Contains(name)) is { } foreign
            ? throw new DataException($"{encoder.Name}: its weight '{foreign}' is not kept as float32, expected so: export the encoder with weights of float32")
            : Training.TrainRun.With(model, Given.ToDictionary(name => name, name => weights[name]));
    }
}

using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>The network that is published, and beside it in one graph what only the training needs: q(z|x,y), p(x|z) and p(z|y), or of M2 p(x|z,y).</summary>
/// <remarks>The coder takes standardised features as one vector; two hidden layers lead from them to z, two back.</remarks>
internal static class GenerativeGraph
{
    /// <summary>Units of z.</summary>
    public const int Latents = 32;

    /// <summary>Units of a hidden layer.</summary>
    public const int Hidden = 256;

    /// <summary>Standardised features, [row, feature].</summary>
    public const string Values = "coder_values";

    /// <summary>What the first layer makes of these, [row, hidden].</summary>
    public const string Read = "coder_read";

    /// <summary>The same once for each class that is tried, [try, hidden].</summary>
    public const string Tried = "coder_tried";

    /// <summary>The class, one-hot, [try, class].</summary>
    public const string Label = "coder_label";

    /// <summary>Mean and logarithm of the variance of q(z|x,y), [try, 2 · latent].</summary>
    public const string Posterior = "coder_posterior";

    /// <summary>The same of p(z|y).</summary>
    public const string Prior = "coder_prior";

    /// <summary>z, [try, latent].</summary>
    public const string Latent = "coder_latent";

    /// <summary>x̂, [try, feature].</summary>
    public const string Decoded = "coder_decoded";

    /// <summary>ln of the variance of x around x̂, [1].</summary>
    public const string LogVariance = "coder_log_variance";

    /// <param name="mixture">Whether the prior of z is a Gaussian a class, from which x comes by z alone; otherwise it is one for all, and x comes by z and the class.</param>
    public static Network Of(Network network, int features, int classes, bool mixture, ulong seed)
    {
        var graph = new GraphBuilder(network.Forward);
        var layers = new LayerWriter(graph, new Initialiser(seed, network.Parameters.Count), trainingMode: "");
        graph.Input(Values, DataType.Float, -1, features);
        graph.Input(Label, DataType.Float, -1, classes);
        graph.Input(Tried, DataType.Float, -1, Hidden);
        graph.Input(Latent, DataType.Float, -1, Latents);

        layers.Start(Values, features);
        graph.Output(layers.Linear(Hidden, ActivationKind.Relu), Read, DataType.Float, -1, Hidden);
        layers.Set(graph.Op("Relu", [graph.Op("Add", [Tried, OfLabel(Hidden)])]), Hidden);
        layers.Add(new Dense(Hidden));
        graph.Output(layers.Linear(2 * Latents, ActivationKind.None), Posterior, DataType.Float, -1, 2 * Latents);
        if (mixture)
        {
            graph.Output(OfLabel(2 * Latents), Prior, DataType.Float, -1, 2 * Latents);
        }
        layers.Start(Latent, Latents);
        var read = layers.Linear(Hidden, ActivationKind.Relu);
        layers.Set(graph.Op("Relu", [mixture ? read : graph.Op("Add", [read, OfLabel(Hidden)])]), Hidden);
        layers.Add(new Dense(Hidden));
        graph.Output(layers.Linear(features, ActivationKind.None), Decoded, DataType.Float, -1, features);
        var variance = layers.Parameter(Tensors.Float("log_variance", [0f], 1));
        graph.Output(variance, LogVariance, DataType.Float, 1);
        return network with { Forward = graph.Model, Parameters = [.. network.Parameters, .. layers.Parameters] };

        string OfLabel(int units)
        {
            layers.Start(Label, classes);
            return layers.Linear(units, ActivationKind.None, bias: false);
        }
    }
}

using ParquetPool.Graphs;

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>The nodes that several kinds of layers have in common.</summary>
internal static class LayerNodes
{
    private const float Epsilon = 1e-5f;

    /// <summary>x·W + b on vectors, or on each step of a sequence.</summary>
    /// <param name="activation">What follows; it decides the first weights.</param>
    public static string Linear(this LayerWriter layers, int units, ActivationKind activation, bool bias = true, float firstBias = 0)
    {
        var inputs = layers.Row.Shape[^1];
        var weights = layers.Parameter(Tensors.Float("dense_weight", layers.Initialiser.Weights((long)inputs * units, inputs, units, activation), inputs, units));
        var shift = bias ? layers.Parameter(Tensors.Float("dense_bias", [.. Enumerable.Repeat(firstBias, units)], units)) : null;
        if (layers.Row.Kind == RowKind.Vector)
        {
            return layers.Graph.Op("Gemm", shift is null ? [layers.Value, weights] : [layers.Value, weights, shift]);
        }
        var product = layers.Graph.Op("MatMul", [layers.Value, weights]);
        return shift is null ? product : layers.Graph.Op("Add", [product, shift]);
    }

    /// <summary>Batch normalisation of a vector's units or an image's channels.</summary>
    public static string BatchNorm(this LayerWriter layers, string value, int channels)
    {
        var ones = Ones(channels);
        string[] inputs =
        [
            value,
            layers.Parameter(Tensors.Float("norm_scale", ones, channels)),
            layers.Parameter(Tensors.Float("norm_bias", new float[channels], channels)),
            layers.Statistic(Tensors.Float("norm_mean", new float[channels], channels)),
            layers.Statistic(Tensors.Float("norm_variance", ones, channels)),
        ];
        return layers.Graph.Op("BatchNormalization", inputs, Attributes.Float("epsilon", Epsilon));
    }

    /// <summary>(x − mean) / √(variance + ε) · scale + shift over the last axis: Ba, Kiros and Hinton 2016.</summary>
    public static string LayerNorm(this LayerWriter layers, string value, int width)
    {
        string[] inputs = [value, layers.Parameter(Tensors.Float("norm_scale", Ones(width), width)), layers.Parameter(Tensors.Float("norm_bias", new float[width], width))];
        return layers.Graph.Op("LayerNormalization", inputs, Attributes.Int("axis", -1), Attributes.Float("epsilon", Epsilon));
    }

    /// <summary>The same over the values of each group of channels, with a scale and a shift a channel: Wu and He 2018.</summary>
    /// <remarks>Written out, as PyTorch exports it: GroupNormalization has a scale a channel only from operator set 21 on.</remarks>
    public static string GroupNorm(this LayerWriter layers, RowValue image, int groups)
    {
        var (graph, channels) = (layers.Graph, image.Shape[0]);
        var grouped = graph.Op("Reshape", [image.Name, graph.Ints(0, groups, -1)]);
        string[] inputs = [grouped, graph.Constant("ones", Ones(groups), groups), graph.Constant("zeros", new float[groups], groups)];
        var even = graph.Op("InstanceNormalization", inputs, Attributes.Float("epsilon", Epsilon));
        var whole = graph.Op("Reshape", [even, graph.Ints(0, channels, image.Shape[1], image.Shape[2])]);
        var scaled = graph.Op("Mul", [whole, layers.Parameter(Tensors.Float("norm_scale", Ones(channels), channels, 1, 1))]);
        return graph.Op("Add", [scaled, layers.Parameter(Tensors.Float("norm_bias", new float[channels], channels, 1, 1))]);
    }

    /// <summary>The activation of a value.</summary>
    public static string Activate(this LayerWriter layers, string value, ActivationKind activation) => activation switch
    {
        ActivationKind.None => value,
        ActivationKind.Relu => layers.Graph.Op("Relu", [value]),
        ActivationKind.Gelu => layers.Graph.Op("Gelu", [value]),
        ActivationKind.Silu => layers.Graph.Op("Mul", [value, layers.Graph.Op("Sigmoid", [value])]),
        ActivationKind.Tanh => layers.Graph.Op("Tanh", [value]),
        ActivationKind.Sigmoid => layers.Graph.Op("Sigmoid", [value]),
        _ => throw new InvalidOperationException($"no rule for the activation {activation}"),
    };

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];
}

using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Writes the mirror of an encoder: for each layer, from the last to the first, one that leads from the shape behind it back to the shape before.</summary>
/// <remarks>
/// Pools and strides are undone by repeating pixels before a convolution, which leaves no pattern of its own (Odena, Dumoulin and Olah 2016); norms, activations and dropout have no mirror. The last layer
/// that has weights has no activation.
/// </remarks>
internal static class Decoder
{
    private const int UsualKernel = 3;

    /// <param name="layers">At the encoder's end.</param>
    /// <param name="encoder">Its layers in order.</param>
    /// <returns>The value that is to be as the features, [batch, feature].</returns>
    /// <exception cref="UsageException">A layer works on sequences.</exception>
    public static string Write(LayerWriter layers, IReadOnlyList<LayerTrace> encoder)
    {
        if (encoder.Index().FirstOrDefault(t => t.Item.Before.Kind == RowKind.Sequence || t.Item.After.Kind == RowKind.Sequence) is { Item: not null } sequence)
        {
            throw new UsageException($"an autoencoder is for pictures and vectors, the network's layer {sequence.Index + 1} works on a sequence: use a network of dense layers and convolutions, or --method random-labels");
        }
        var last = encoder.Index().FirstOrDefault(t => t.Item.Tensors.Count > 0 && Changes(t.Item)).Index;
        for (var at = encoder.Count - 1; at >= 0; at--)
        {
            if (Changes(encoder[at]))
            {
                Back(layers, encoder[at], at == last ? ActivationKind.None : ActivationKind.Relu);
            }
        }
        if (layers.Row.Kind == RowKind.Image)
        {
            layers.Add(new Flatten());
        }
        return layers.Value;
    }

    private static bool Changes(LayerTrace trace) => trace.Layer is Dense or Conv or ConvTranspose or Residual || !trace.Before.Shape.SequenceEqual(trace.After.Shape);

    private static void Back(LayerWriter layers, LayerTrace trace, ActivationKind activation)
    {
        if (trace.Before.Kind == RowKind.Vector)
        {
            layers.Add(new Dense(trace.Before.Width, activation));
            return;
        }
        var (channels, height, width) = (trace.Before.Shape[0], trace.Before.Shape[1], trace.Before.Shape[2]);
        if (trace.Layer is Flatten)
        {
            layers.Set(layers.Graph.Op("Reshape", [layers.Value, layers.Graph.Ints(0, channels, height, width)]), channels, height, width);
            return;
        }
        if (layers.Row.Kind == RowKind.Vector)
        {
            layers.Set(layers.Graph.Op("Reshape", [layers.Value, layers.Graph.Ints(0, layers.Width, 1, 1)]), layers.Width, 1, 1);
        }
        Enlarge(layers, height, width);
        if (trace.Tensors.Count > 0)
        {
            layers.Add(new Conv(channels, trace.Layer is Conv { Kernel: var kernel } && kernel % 2 == 1 ? kernel : UsualKernel, Activation: activation));
        }
    }

    /// <summary>Repeats pixels.</summary>
    private static void Enlarge(LayerWriter layers, int height, int width)
    {
        var (graph, shape) = (layers.Graph, layers.Row.Shape);
        if (shape[1] != height || shape[2] != width)
        {
            var rows = graph.Op("Shape", [layers.Value], Attributes.Int("start", 0), Attributes.Int("end", 1));
            var size = graph.Op("Concat", [rows, graph.Ints(shape[0], height, width)], Attributes.Int("axis", 0));
            layers.Set(graph.Op("Resize", [layers.Value, "", "", size], Attributes.Text("mode", "nearest"), Attributes.Text("coordinate_transformation_mode", "asymmetric"), Attributes.Text("nearest_mode", "floor")), shape[0], height, width);
        }
    }
}

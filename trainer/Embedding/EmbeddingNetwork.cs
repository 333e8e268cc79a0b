using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Pictures;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Embedding;

/// <summary>A network whose output says which row it is rather than of which class.</summary>
/// <param name="Forward">Inputs: one per feature column, [batch, width]. Outputs: <c>embedding</c> [batch, unit], of length 1, and <c>logits</c> [batch, class] where there are classes.</param>
/// <param name="Parameters">Initializers that training changes by their gradients.</param>
/// <param name="Inputs">The graph's inputs and the feature columns that feed them, in order.</param>
internal sealed record EmbeddingNetwork(ModelProto Forward, IReadOnlyList<string> Parameters, IReadOnlyList<ModelInput> Inputs)
{
    /// <summary>Units of the embedding.</summary>
    public const int Width = 256;

    // An image is averaged down to sides of at most this, which bounds the work and keeps what tells one picture from another.
    private const int MostSide = 40;

    // Of standardised values: below it, contrast is noise.
    private const float LeastVariance = 0.01f;

    // The first keeps distances about as they are from the start; the second learns what the first cannot.
    private static readonly Layer[] Layers = [new Dense(Width, ActivationKind.None), new Dense(Width, BatchNorm: true, Residual: true)];

    /// <summary>Builds the network.</summary>
    /// <param name="columns">The pool's feature columns; joined in this order.</param>
    /// <param name="image">How the one column lies as an image; null for vectors.</param>
    /// <param name="raw">Of the joined features, those of images channel by channel.</param>
    /// <param name="spectrum">Of what <see cref="SpectrumOf"/> gives; null for vectors.</param>
    /// <param name="classes">Classes of the labels; 0 for no labels.</param>
    /// <param name="seed">Fixes the first weights.</param>
    public static EmbeddingNetwork Build(
        IReadOnlyList<VectorColumn> columns, PictureFormat? image, Standardisation raw, Standardisation? spectrum, int classes, ulong seed)
    {
        var (graph, inputs, features) = Start(columns, image, raw);
        var layers = new LayerWriter(graph, new Initialiser(seed), trainingMode: "");
        if (image is { } shape)
        {
            var (value, width) = Spectrum(graph, features, shape);
            layers.Start(NetworkBuilder.Standardise(graph, value, spectrum!), width);
        }
        else
        {
            layers.Start(features, columns.Sum(column => column.Width));
        }
        foreach (var layer in Layers)
        {
            layers.Add(layer);
        }
        var embedding = graph.Normalise(layers.Undropped);
        if (classes > 0)
        {
            graph.Output(layers.Head(classes), Network.Logits, DataType.Float, -1, classes);
        }
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, Width);
        return new EmbeddingNetwork(graph.Model, layers.Parameters, inputs);
    }

    /// <summary>The part of the network before its layers, for images: output <c>embedding</c>, [batch, magnitude].</summary>
    public static EmbeddingNetwork SpectrumOf(IReadOnlyList<VectorColumn> columns, PictureFormat shape, Standardisation raw)
    {
        var (graph, inputs, features) = Start(columns, shape, raw);
        var (value, width) = Spectrum(graph, features, shape);
        graph.Output(value, Network.Embedding, DataType.Float, -1, width);
        return new EmbeddingNetwork(graph.Model, [], inputs);
    }

    private static (GraphBuilder Graph, ModelInput[] Inputs, string Features) Start(IReadOnlyList<VectorColumn> columns, PictureFormat? image, Standardisation raw)
    {
        var graph = new GraphBuilder("network");
        var inputs = columns.Select(c => new ModelInput(NetworkBuilder.InputName(c.Name, [Network.Logits, Network.Embedding]), [c.Name], [-1, c.Width]) { Shape = c.Shape }).ToArray();
        foreach (var input in inputs)
        {
            graph.Input(input.Name, DataType.Float, input.Dims.ToArray());
        }
        var joined = NetworkBuilder.Join(graph, inputs);
        var channelsFirst = image is { ChannelsLast: true } ? graph.Reshape(Transposed(graph, joined, image), 0, image.Numbers) : joined;
        return (graph, inputs, NetworkBuilder.Standardise(graph, channelsFirst, raw));
    }

    /// <summary>[batch, height, width, channel] as [batch, channel, height, width].</summary>
    private static string Transposed(GraphBuilder graph, string rows, PictureFormat image) =>
        graph.Op("Transpose", [graph.Reshape(rows, 0, image.Height, image.Width, image.Channels)], Attributes.Ints("perm", 0, 3, 1, 2));

    /// <summary>Brightness and contrast of the single image are taken out, then its place and its side.</summary>
    private static (string Value, int Width) Spectrum(GraphBuilder graph, string features, PictureFormat shape)
    {
        var image = graph.Reshape(features, 0, shape.Channels, shape.Height, shape.Width);
        var shrink = (Math.Max(shape.Height, shape.Width) + MostSide - 1) / MostSide;
        if (shrink > 1)
        {
            image = graph.Op("AveragePool", [image], Attributes.Ints("kernel_shape", shrink, shrink), Attributes.Ints("strides", shrink, shrink));
        }
        var centred = graph.Sub(image, graph.Mean(image, [1, 2, 3]));
        var variance = graph.Mean(graph.Mul(centred, centred), [1, 2, 3]);
        var even = graph.Div(centred, graph.Op("Sqrt", [graph.Add(variance, graph.Scalar(LeastVariance))]));
        return Embedding.Spectrum.Of(graph, even, new PictureFormat(shape.Channels, shape.Height / shrink, shape.Width / shrink, ChannelsLast: false));
    }
}

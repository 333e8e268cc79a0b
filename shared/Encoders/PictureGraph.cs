using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Encoders;

/// <summary>An encoder of pictures as a graph that others go on from: bytes of a picture in, its vector out.</summary>
/// <remarks>What is written around the model has the same form in every operator set from 7 on.</remarks>
public sealed class PictureGraph : IDisposable
{
    /// <summary>Of the names of all values but the input, so that they are nobody else's; the model's own have another behind it.</summary>
    public const string Prefix = "encoder/";
    private const string Own = Prefix + "model/";

    private const string Vector = "vector";
    private const float LeastLength = 1e-18f; // A vector of zeros stays one.

    private readonly PictureEncoderFiles files;

    private PictureGraph(PictureEncoderFiles files)
    {
        this.files = files;
        Encoder = new PictureEncoder(files);
        Model = DropoutSwitch.Off(files.Model);
        EncoderOutput.Keep(Model, files.Spec.Output, files.Name);
    }

    /// <summary>The same, as it runs elsewhere.</summary>
    public PictureEncoder Encoder { get; }

    /// <summary>What it takes of a picture.</summary>
    public PixelSpec Pixels => files.Spec.Pixels;

    /// <summary>The model itself, dropout off.</summary>
    public ModelProto Model { get; }

    /// <summary>Opens <c>resnet18</c>, or an ONNX file that has a <see cref="PictureSpec"/> beside it.</summary>
    /// <exception cref="UsageException">There is no encoder of the name in this build.</exception>
    /// <exception cref="DataException">A file is missing, or the model is no encoder of pictures.</exception>
    public static PictureGraph Open(string name) => new(PictureEncoderFiles.Read(name));

    /// <summary>The graph: input <see cref="PixelSpec.Column"/> [batch, bytes of a picture], output [batch, numbers of a vector].</summary>
    /// <param name="model"><see cref="Model"/>, or what was made of it, for any number of pictures.</param>
    /// <exception cref="DataException">The model has graphs within its graph.</exception>
    public ModelProto OnPixels(ModelProto model)
    {
        if (model.Graph.Node.FirstOrDefault(node => node.Attribute.Any(attribute => attribute.G is not null)) is { } nested)
        {
            throw new DataException($"{files.Name}: {nested.OpType} (node '{nested.Name}') holds a graph of its own, expected none in an encoder that is joined with a head: export the model without loops and branches, or leave --export full out");
        }
        var (name, channelsLast, _) = files.Input();
        var input = Own + name;
        var whole = model.Clone();
        whole.Graph.ValueInfo.Clear();
        ValueNames.Rename(whole.Graph, value => Own + value);
        var (output, nodes) = (whole.Graph.Output[0].Name, whole.Graph.Node.ToList());
        whole.Graph.Node.Clear();
        whole.Graph.Input.Clear();
        whole.Graph.Output.Clear();
        var graph = new GraphBuilder(whole);
        var prepared = Prepared(files, graph, graph.Input(PixelSpec.Column, TensorProto.Types.DataType.Float, -1, Pixels.Count), channelsLast);
        foreach (var node in nodes)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == input ? prepared : node.Input[i];
            }
        }
        graph.Reserve(nodes.SelectMany(node => node.Output));
        graph.Model.Graph.Node.Add(nodes);
        graph.Output(Normalised(graph, Pooled(graph, output == input ? prepared : output, channelsLast)), Vector, TensorProto.Types.DataType.Float, -1, Encoder.Width);
        ValueNames.Rename(graph.Model.Graph, value => value == PixelSpec.Column || value.StartsWith(Own, StringComparison.Ordinal) ? value : Prefix + value);
        return graph.Model;
    }

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();

    /// <summary>Writes what makes the numbers that the model takes: of <see cref="PictureInput"/>, but for the rounding of a product.</summary>
    /// <param name="pixels">[batch, bytes of a picture].</param>
    /// <returns>[batch, channel, y, x], or [batch, y, x, channel].</returns>
    internal static string Prepared(PictureEncoderFiles files, GraphBuilder graph, string pixels, bool channelsLast)
    {
        var (spec, planes, side) = (files.Spec, files.Spec.Planes, files.Spec.Size);
        var value = graph.Op("Reshape", [pixels, graph.Ints(-1, planes, side, side)]);
        float[] scale = [.. Enumerable.Range(0, planes).Select(channel => (float)(spec.Range / 255 / (spec.Std?[channel] ?? 1)))];
        float[] offset = [.. Enumerable.Range(0, planes).Select(channel => (float)(-(spec.Mean?[channel] ?? 0.0) / (spec.Std?[channel] ?? 1)))];
        value = scale.All(factor => factor == 1) ? value : graph.Op("Mul", [value, graph.Constant("scale", scale, planes, 1, 1)]);
        value = offset.All(term => term == 0) ? value : graph.Op("Add", [value, graph.Constant("offset", offset, planes, 1, 1)]);
        value = files.MeanPicture is { } mean ? graph.Op("Sub", [value, graph.Constant("mean", mean, planes, side, side)]) : value;
        return channelsLast ? graph.Op("Transpose", [value], Attributes.Ints("perm", 0, 2, 3, 1)) : value;
    }

    private string Pooled(GraphBuilder graph, string value, bool channelsLast)
    {
        switch (files.Spec.Pooling)
        {
            case Pooling.None:
                return graph.Op("Flatten", [value], Attributes.Int("axis", 1));
            case Pooling.Cls:
                return graph.Op("Gather", [value, graph.Constant(Tensors.Int64("first", [0]))], Attributes.Int("axis", 1));
            default:
                var planes = Encoder.OutputRank == 3 ? graph.Op("Transpose", [value], Attributes.Ints("perm", 0, 2, 1))
                    : channelsLast ? graph.Op("Transpose", [value], Attributes.Ints("perm", 0, 3, 1, 2))
                    : value;
                return graph.Op("Flatten", [graph.Op("GlobalAveragePool", [planes])], Attributes.Int("axis", 1));
        }
    }

    private string Normalised(GraphBuilder graph, string vector)
    {
        if (!files.Spec.Normalise)
        {
            return vector;
        }
        float[] ones = [.. Enumerable.Repeat(1f, Encoder.Width)];
        var squared = graph.Op("MatMul", [graph.Op("Mul", [vector, vector]), graph.Constant("ones", ones, ones.Length, 1)]);
        return graph.Op("Div", [vector, graph.Op("Max", [graph.Op("Sqrt", [squared]), graph.Constant("least", [LeastLength], 1)])]);
    }
}

using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>
/// [batch, c, h, w] to [batch, channels, h', w']: activation(batchNorm(conv(x))). The padding keeps h and w where the kernel is odd and the
/// stride 1. With <c>groups</c>, each group of channels is made from one group of those before; as many groups as channels: each by itself.
/// </summary>
internal sealed record Conv(
    int Channels, int Kernel = 3, int Stride = 1, int? Padding = null, ActivationKind Activation = ActivationKind.Relu, bool BatchNorm = false, int Groups = 1)
    : Layer
{
    /// <summary>The most places of a picture that a setting may span.</summary>
    internal const int MostPlaces = 1_024;

    /// <summary>Whether there is a bias where there is no batch normalisation, whose shift is one.</summary>
    [JsonIgnore]
    internal bool HasBias { get; init; } = true;

    internal override string? Problem =>
        Setting.AtLeast("channels", Channels, 1) ?? Setting.AtLeast("kernel", Kernel, 1, MostPlaces) ?? Setting.AtLeast("stride", Stride, 1, MostPlaces)
        ?? Setting.AtLeast("padding", Pad, 0, MostPlaces) ?? Setting.AtLeast("groups", Groups, 1);

    internal override RowKind Takes => RowKind.Image;

    private int Pad => Padding ?? Kernel / 2;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        var shape = layers.Row.Shape;
        var (height, width) = (Along(shape[1]), Along(shape[2]));
        if (height < 1 || width < 1)
        {
            throw new DataException($"a kernel of {Kernel} does not fit an image of {shape[1]}×{shape[2]} with padding {Pad}: use a smaller kernel or fewer pools");
        }
        RequireGroups(Groups, shape[0], Channels);
        var (inputs, area) = (shape[0] / Groups, Kernel * Kernel);
        var weights = layers.Initialiser.Weights((long)Channels * inputs * area, inputs * area, Channels / Groups * area, Activation);
        List<string> read = [layers.Value, layers.Parameter(Tensors.Float("conv_weight", weights, Channels, inputs, Kernel, Kernel))];
        if (!BatchNorm && HasBias)
        {
            read.Add(layers.Parameter(Tensors.Float("conv_bias", new float[Channels], Channels)));
        }
        var sum = layers.Graph.Op(
            "Conv",
            [.. read],
            [
                Attributes.Ints("kernel_shape", Kernel, Kernel), Attributes.Ints("strides", Stride, Stride), Attributes.Ints("pads", Pad, Pad, Pad, Pad),
                .. Groups > 1 ? [Attributes.Int("group", Groups)] : Array.Empty<Graphs.Onnx.AttributeProto>(),
            ]);
        layers.Set(layers.Activate(BatchNorm ? layers.BatchNorm(sum, Channels) : sum, Activation), Channels, height, width);
        layers.Give();
    }

    /// <summary>Refuses groups that do not divide the channels.</summary>
    internal static void RequireGroups(int groups, int before, int channels)
    {
        if (before % groups != 0 || channels % groups != 0)
        {
            throw new DataException($"groups is {groups} with {before} channels before and {channels} behind, expected a number that divides both");
        }
    }

    private int Along(int size) => size + (2 * Pad) < Kernel ? 0 : ((size + (2 * Pad) - Kernel) / Stride) + 1;
}

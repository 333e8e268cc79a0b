using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>[batch, c, h, w] to [batch, channels, h', w'] with h' = (h − 1)·stride − 2·padding + kernel: what a convolution of these settings goes back by. By default an image doubles.</summary>
internal sealed record ConvTranspose(
    int Channels, int Kernel = 2, int Stride = 2, int Padding = 0, ActivationKind Activation = ActivationKind.Relu, bool BatchNorm = false, int Groups = 1)
    : Layer
{
    internal override string? Problem =>
        Setting.AtLeast("channels", Channels, 1) ?? Setting.AtLeast("kernel", Kernel, 1, Conv.MostPlaces) ?? Setting.AtLeast("stride", Stride, 1, Conv.MostPlaces)
        ?? Setting.AtLeast("padding", Padding, 0, Conv.MostPlaces) ?? Setting.AtLeast("groups", Groups, 1);

    internal override RowKind Takes => RowKind.Image;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        var shape = layers.Row.Shape;
        var (before, height, width) = (shape[0], Along(shape[1]), Along(shape[2]));
        if (height < 1 || width < 1)
        {
            throw new DataException($"a padding of {Padding} leaves nothing of an image of {shape[1]}×{shape[2]} with a kernel of {Kernel}: use a smaller padding");
        }
        Conv.RequireGroups(Groups, before, Channels);
        var (outputs, area) = (Channels / Groups, Kernel * Kernel);
        // Of a kernel's places, one in stride² meets an output.
        var summed = Math.Max(1, before / Groups * area / (Stride * Stride));
        var weights = layers.Initialiser.Weights((long)before * outputs * area, summed, outputs * area, Activation);
        List<string> read = [layers.Value, layers.Parameter(Tensors.Float("conv_weight", weights, before, outputs, Kernel, Kernel))];
        if (!BatchNorm)
        {
            read.Add(layers.Parameter(Tensors.Float("conv_bias", new float[Channels], Channels)));
        }
        var sum = layers.Graph.Op(
            "ConvTranspose",
            [.. read],
            Attributes.Ints("kernel_shape", Kernel, Kernel),
            Attributes.Ints("strides", Stride, Stride),
            Attributes.Ints("pads", Padding, Padding, Padding, Padding),
            Attributes.Int("group", Groups));
        layers.Set(layers.Activate(BatchNorm ? layers.BatchNorm(sum, Channels) : sum, Activation), Channels, height, width);
        layers.Give();
    }

    private int Along(int size) => ((size - 1) * Stride) - (2 * Padding) + Kernel;
}

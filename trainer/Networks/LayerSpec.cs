using System.Text.Json.Serialization;

namespace ParquetPool.Trainer.Networks;

/// <summary>One entry of a network's <c>layers</c>; see <see cref="NetworkSpec"/> for the format.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Dense), "dense")]
[JsonDerivedType(typeof(Conv), "conv")]
[JsonDerivedType(typeof(Pool), "pool")]
[JsonDerivedType(typeof(UnitDropout), "dropout")]
[JsonDerivedType(typeof(ChannelDropout), "channelDropout")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(GlobalAveragePool), "globalAveragePool")]
public abstract record LayerSpec
{
    /// <summary>The first setting out of range with what was expected; null where all is well.</summary>
    internal virtual string? Problem => null;

    /// <summary>The share of units or channels that the layer drops; 0 for none.</summary>
    internal virtual float DropoutRate => 0;

    /// <summary>The same layer with another dropout rate; a layer that drops nothing stays as it is.</summary>
    internal virtual LayerSpec WithDropout(float rate) => this;

    /// <summary>
    /// [batch, width] to [batch, units]: h = dropout(activation(batchNorm(x·W + b))); with <c>residual</c> x + h; with <c>highway</c>
    /// t·h + (1 − t)·x with a gate t = sigmoid(x·V + c) (Srivastava et al. 2015).
    /// </summary>
    public sealed record Dense(
        int Units, Activation Activation = Activation.Relu, bool BatchNorm = false, float Dropout = 0, bool Residual = false, bool Highway = false)
        : LayerSpec
    {
        internal override string? Problem =>
            AtLeast("units", Units, 1) ?? CheckRate("dropout", Dropout, 0)
            ?? (Residual && Highway ? "residual and highway are both set, expected one: each says how x goes on" : null);

        internal override float DropoutRate => Dropout;

        internal override LayerSpec WithDropout(float rate) => Dropout > 0 ? this with { Dropout = rate } : this;
    }

    /// <summary>[batch, c, h, w] to [batch, channels, h', w']: activation(batchNorm(conv(x))). The padding keeps h and w where the kernel is odd and the stride 1.</summary>
    public sealed record Conv(
        int Channels, int Kernel = 3, int Stride = 1, int? Padding = null, Activation Activation = Activation.Relu, bool BatchNorm = false)
        : LayerSpec
    {
        internal override string? Problem =>
            AtLeast("channels", Channels, 1) ?? AtLeast("kernel", Kernel, 1) ?? AtLeast("stride", Stride, 1) ?? AtLeast("padding", Pad, 0);

        internal int Pad => Padding ?? Kernel / 2;
    }

    /// <summary>The largest or mean value of each square window; windows do not overlap and a rest at the edge is left out.</summary>
    public sealed record Pool(int Size, PoolKind Kind = PoolKind.Max) : LayerSpec
    {
        internal override string? Problem => AtLeast("size", Size, 2);
    }

    /// <summary>Drops single values.</summary>
    public sealed record UnitDropout(float Rate) : LayerSpec
    {
        internal override string? Problem => CheckRate("rate", Rate, float.Epsilon);

        internal override float DropoutRate => Rate;

        internal override LayerSpec WithDropout(float rate) => new UnitDropout(rate);
    }

    /// <summary>Drops whole channels of an image (Tompson et al. 2015).</summary>
    public sealed record ChannelDropout(float Rate) : LayerSpec
    {
        internal override string? Problem => CheckRate("rate", Rate, float.Epsilon);

        internal override float DropoutRate => Rate;

        internal override LayerSpec WithDropout(float rate) => new ChannelDropout(rate);
    }

    /// <summary>[batch, c, h, w] to [batch, c·h·w].</summary>
    public sealed record Flatten : LayerSpec;

    /// <summary>[batch, c, h, w] to [batch, c].</summary>
    public sealed record GlobalAveragePool : LayerSpec;

    private static string? AtLeast(string setting, int value, int least) => value >= least ? null : $"{setting} is {value}, expected {least} or more";

    private static string? CheckRate(string setting, float value, float least) =>
        value >= least && value < 1 ? null : $"{setting} is {value}, expected {(least > 0 ? "above 0" : "0 or more")} and below 1";
}

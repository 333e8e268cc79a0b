using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Drops whole channels of an image (Tompson et al. 2015).</summary>
internal sealed record ChannelDropout(float Rate) : Layer
{
    internal override string? Problem => Setting.PositiveRate("rate", Rate);

    internal override float DropoutRate => Rate;

    internal override RowKind Takes => RowKind.Image;

    internal override Layer WithDropout(float rate) => new ChannelDropout(rate);

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        layers.DropTogether(Rate, layers.Row.Shape[0], 1, 1);
    }
}

using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Drops values of a sequence at all its steps, or at none (Gal and Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural networks").</summary>
internal sealed record LockedDropout(float Rate) : Layer
{
    internal override string? Problem => Setting.PositiveRate("rate", Rate);

    internal override float DropoutRate => Rate;

    internal override RowKind Takes => RowKind.Sequence;

    internal override Layer WithDropout(float rate) => new LockedDropout(rate);

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Sequence);
        layers.DropTogether(Rate, 1, layers.Row.Shape[1]);
    }
}

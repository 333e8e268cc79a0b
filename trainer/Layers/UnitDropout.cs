using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Drops single values.</summary>
internal sealed record UnitDropout(float Rate) : Layer
{
    internal override string? Problem => Setting.PositiveRate("rate", Rate);

    internal override float DropoutRate => Rate;

    internal override Layer WithDropout(float rate) => new UnitDropout(rate);

    internal override void Write(LayerWriter layers) => layers.Drop(Rate);
}

using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>An activation by itself, where what comes before has none: behind a norm, or behind the sum of a residual block.</summary>
internal sealed record ActivationLayer(ActivationKind Kind) : Layer
{
    internal override void Write(LayerWriter layers) => layers.Keep(layers.Activate(layers.Value, Kind));
}

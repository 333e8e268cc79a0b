using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>[batch, c, h, w] to [batch, c].</summary>
internal sealed record GlobalAveragePool : Layer
{
    internal override RowKind Takes => RowKind.Image;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        var channels = layers.Row.Shape[0];
        layers.Set(layers.Graph.Op("Reshape", [layers.Graph.Op("GlobalAveragePool", [layers.Value]), layers.Graph.Ints(0, channels)]), channels);
    }
}

using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>[batch, c, h, w] to [batch, c·h·w], or [batch, steps, width] to [batch, steps·width].</summary>
internal sealed record Flatten : Layer
{
    internal override RowKind Takes => RowKind.Image;

    internal override void Write(LayerWriter layers)
    {
        if (layers.Row.Kind == RowKind.Vector)
        {
            throw new DataException($"it needs an image or a sequence, what comes before it gives {layers.Row}: leave it out");
        }
        layers.Set(layers.Graph.Op("Reshape", [layers.Value, layers.Graph.Ints(0, layers.Width)]), layers.Width);
    }
}

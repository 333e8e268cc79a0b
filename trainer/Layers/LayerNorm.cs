using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Layer normalisation of a vector, or of each step of a sequence (Ba, Kiros and Hinton 2016).</summary>
internal sealed record LayerNorm : Layer
{
    internal override void Write(LayerWriter layers)
    {
        if (layers.Row.Kind == RowKind.Image)
        {
            throw new DataException($"it needs a vector or a sequence, what comes before it gives {layers.Row}: use groupNorm with one group");
        }
        layers.Keep(layers.LayerNorm(layers.Value, layers.Row.Shape[^1]));
    }
}

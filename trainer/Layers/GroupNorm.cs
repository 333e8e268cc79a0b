using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Normalisation of an image over groups of channels, whatever the batch (Wu and He 2018).</summary>
internal sealed record GroupNorm(int Groups) : Layer
{
    internal override string? Problem => Setting.AtLeast("groups", Groups, 1);

    internal override RowKind Takes => RowKind.Image;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        if (layers.Row.Shape[0] % Groups != 0)
        {
            throw new DataException($"groups is {Groups} on {layers.Row.Shape[0]} channels, expected a number that divides them");
        }
        layers.Keep(layers.GroupNorm(layers.Row, Groups));
    }
}

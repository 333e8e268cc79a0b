using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>The largest or mean value of each square window of an image; windows do not overlap and a rest at the edge is left out.</summary>
internal sealed record Pool(int Size, PoolKind Kind = PoolKind.Max) : Layer
{
    internal override string? Problem => Setting.AtLeast("size", Size, 2);

    internal override RowKind Takes => RowKind.Image;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Image);
        var shape = layers.Row.Shape;
        if (shape[1] < Size || shape[2] < Size)
        {
            throw new DataException($"a pool of {Size} does not fit an image of {shape[1]}×{shape[2]}: use fewer or smaller pools");
        }
        var type = Kind == PoolKind.Max ? "MaxPool" : "AveragePool";
        var pooled = layers.Graph.Op(type, [layers.Value], Attributes.Ints("kernel_shape", Size, Size), Attributes.Ints("strides", Size, Size));
        layers.Set(pooled, shape[0], shape[1] / Size, shape[2] / Size);
    }
}

/// <summary>What a pool layer keeps of its window.</summary>
internal enum PoolKind
{
    Max,
    Average,
}

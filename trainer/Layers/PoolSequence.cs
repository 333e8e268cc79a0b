using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>[batch, steps, width] to [batch, width]: the mean, the largest or the last value over the steps that are no padding.</summary>
internal sealed record PoolSequence(SequencePoolKind Kind = SequencePoolKind.Average) : Layer
{
    internal override RowKind Takes => RowKind.Sequence;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Sequence);
        var value = Kind switch
        {
            SequencePoolKind.Average => SequenceNodes.Mean(layers.Graph, layers.Row),
            SequencePoolKind.Max => SequenceNodes.Max(layers.Graph, layers.Row),
            _ => SequenceNodes.Last(layers.Graph, layers.Row),
        };
        layers.Set(value, layers.Row.Shape[1]);
    }
}

/// <summary>What is kept of the steps of a sequence.</summary>
internal enum SequencePoolKind
{
    Average,
    Max,
    Last,
}

namespace ParquetPool.Trainer.Layers;

/// <summary>What is kept of the steps of a sequence.</summary>
public enum SequencePoolKind
{
    Average,
    Max,
    Last,
}

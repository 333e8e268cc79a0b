namespace ParquetPool.Trainer.Layers;

/// <summary>What a pool layer keeps of its window.</summary>
public enum PoolKind
{
    Max,
    Average,
}

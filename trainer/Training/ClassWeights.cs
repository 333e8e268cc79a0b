namespace ParquetPool.Trainer.Training;

/// <summary>What a row of each class counts in the loss.</summary>
public enum ClassWeights
{
    /// <summary>1, whatever the class.</summary>
    None,

    /// <summary>The inverse of the class's rows, so that all classes count alike.</summary>
    Balanced,
}

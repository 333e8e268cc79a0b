namespace ParquetPool.Trainer.Layers;

/// <summary>What a recurrent layer hands on.</summary>
public enum RecurrentOutput
{
    /// <summary>Its state behind the last step that is no padding, [units].</summary>
    Last,

    /// <summary>Its state behind each step, [steps, units].</summary>
    Sequence,
}

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>What one row is between two layers.</summary>
internal enum RowKind
{
    /// <summary>Any of the others.</summary>
    Any,

    /// <summary>[width].</summary>
    Vector,

    /// <summary>[steps, width].</summary>
    Sequence,

    /// <summary>[channels, height, width].</summary>
    Image,
}

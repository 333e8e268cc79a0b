namespace ParquetPool.Trainer.Import;

/// <summary>How a number stands in an idx or npy file.</summary>
internal enum NumberType
{
    /// <summary>0 to 255, imported as 0 to 1.</summary>
    Byte,

    /// <summary>Little-endian.</summary>
    Float32,

    /// <summary>Little-endian; rounded to float32.</summary>
    Float64,
}

namespace ParquetPool.Trainer.Probing;

/// <summary>What the layers of a probed network are.</summary>
internal enum ProbeNetwork
{
    /// <summary>Dense layers.</summary>
    Mlp,

    /// <summary>Convolutions of 5 × 5 pixels.</summary>
    Cnn,
}

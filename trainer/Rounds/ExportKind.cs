namespace ParquetPool.Trainer.Rounds;

/// <summary>What a training publishes that learnt from what an encoder made of pictures or texts.</summary>
internal enum ExportKind
{
    /// <summary>The network that was trained; it takes the encoder's vectors.</summary>
    Head,

    /// <summary>Encoder and network as one graph; it takes the pictures themselves, or the texts' token ids.</summary>
    Full,
}

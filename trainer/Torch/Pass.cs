namespace ParquetPool.Trainer.Torch;

/// <summary>How a network is run.</summary>
/// <param name="Training">
/// Whether active dropout drops units and batch normalisations that learn use the statistics of the batch, which their running statistics then
/// follow. Otherwise the network predicts: no dropout, running statistics.
/// </param>
/// <param name="Seed">Decides the dropout masks, together with <paramref name="Step"/>.</param>
/// <param name="Step">The number of the step, from 0.</param>
/// <param name="Mixed">Whether products are computed in bfloat16; what is computed stays float32 at the outputs.</param>
internal readonly record struct Pass(bool Training, ulong Seed = 0, int Step = 0, bool Mixed = false);

namespace ParquetPool.Trainer.Training;

/// <summary>A training's loss became NaN or infinite. The message is one line: where, and what to do.</summary>
internal sealed class DivergedException(string message) : Exception(message);

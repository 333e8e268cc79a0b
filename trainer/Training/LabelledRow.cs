namespace ParquetPool.Trainer.Training;

/// <summary>A row with its label.</summary>
/// <param name="Id">Unique in its set.</param>
/// <param name="Features">The feature columns' values, joined in the set's order of columns.</param>
/// <param name="Class">Place in <see cref="TrainingSet.Classes"/>.</param>
public sealed record LabelledRow(string Id, float[] Features, int Class);

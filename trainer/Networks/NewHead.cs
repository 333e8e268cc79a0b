namespace ParquetPool.Trainer.Networks;

/// <summary>The parts of a new head on a given model, by initializer: logits = weight · dropout((x − mean) · scale) + bias.</summary>
/// <param name="Mean">[unit]; 0 until it is measured.</param>
/// <param name="Scale">[1]; 1 until it is measured.</param>
/// <param name="Weight">[unit, class]; learns.</param>
public sealed record NewHead(string Mean, string Scale, string Weight);

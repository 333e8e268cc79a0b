namespace ParquetPool.Trainer.Differentiation;

/// <summary>An input of the training graph that takes the place of an active Dropout node.</summary>
/// <param name="Input">The input's name; its elements are 0 (dropped) or 1 / (1 − ratio) (kept).</param>
/// <param name="Ratio">The probability that a unit is dropped, in (0, 1).</param>
/// <param name="Dims">The shape of what the Dropout node read: -1 is the batch, -k is k times the batch; [-1, C, 1, 1] drops whole channels.</param>
public sealed record DropoutMask(string Input, float Ratio, long[] Dims);

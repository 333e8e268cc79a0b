namespace ParquetPool.Scorer.Outputs;

/// <summary>The buffer of a model's input by its place among the inputs.</summary>
internal delegate Span<float> InputBuffer(int input);

namespace ParquetPool.Trainer.Differentiation;

/// <summary>A batch normalisation's running mean or variance, which training updates beside the gradients.</summary>
/// <param name="Name">The initializer of the forward model.</param>
/// <param name="Output">The output of the training graph that carries this step's batch statistic, shape [channel]; variances are those of the population, as in ONNX.</param>
/// <param name="Momentum">running = momentum · running + (1 − momentum) · batch.</param>
public sealed record RunningStatistic(string Name, string Output, float Momentum);

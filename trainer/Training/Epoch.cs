namespace ParquetPool.Trainer.Training;

/// <summary>What one pass over the training rows came to.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LearningRate">Of the epoch's last step.</param>
/// <param name="TrainLoss">Mean loss of the steps, dropout on, in nats.</param>
/// <param name="HoldoutLoss">Mean cross-entropy of the held-out rows after the epoch, dropout off, in nats.</param>
/// <param name="HoldoutAccuracy">Share of held-out rows predicted right after the epoch, dropout off.</param>
public readonly record struct Epoch(int Number, float LearningRate, double TrainLoss, double HoldoutLoss, double HoldoutAccuracy);

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>What a step lost, before it was taken.</summary>
/// <param name="Total">What is learnt by.</param>
/// <param name="Labelled">Of the labelled rows, in nats.</param>
/// <param name="Unlabelled">Of the others, as the method measures it.</param>
internal readonly record struct JointLosses(double Total, double Labelled, double Unlabelled);

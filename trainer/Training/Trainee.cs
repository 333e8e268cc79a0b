using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>A network that is being trained.</summary>
/// <param name="Network">As it was built: what it has learnt is known to the classifier.</param>
/// <param name="Classifier">The network where it learns; whoever made it disposes it.</param>
/// <param name="Set">Rows to learn from and rows to measure by.</param>
/// <param name="Options">How.</param>
internal sealed record Trainee(Network Network, Classifier Classifier, TrainingSet Set, TrainOptions Options);

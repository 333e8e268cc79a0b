using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Preferences;

/// <summary>A network that ranks rows, ready to be published.</summary>
/// <param name="Network">Its forward graph holds the weights.</param>
/// <param name="Set">What it learnt from and was measured by.</param>
/// <param name="History">Every epoch, in order; accuracies are shares of held-out answers that the scores agree with.</param>
/// <param name="Best">The epoch whose weights were kept.</param>
/// <param name="Scores">[row] of the set's rows, of libtorch with these weights, dropout off.</param>
/// <param name="Recipe">Settings by name, for the manifest.</param>
internal sealed record TrainedRanking(Network Network, PairSet Set, IReadOnlyList<Epoch> History, Epoch Best, float[] Scores, IReadOnlyDictionary<string, string> Recipe);

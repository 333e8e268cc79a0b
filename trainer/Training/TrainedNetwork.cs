using ParquetPool.Contract;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Training;

/// <summary>A network with the weights of its best epoch.</summary>
/// <param name="Network">Its forward graph holds the weights.</param>
/// <param name="Set">What it learnt from and was measured by.</param>
/// <param name="History">Every epoch, in order.</param>
/// <param name="Best">The epoch whose weights were kept: the lowest hold-out loss, the earliest of equals.</param>
/// <param name="HoldoutLogits">[row, class] of the training graph with these weights, dropout off.</param>
/// <param name="Heads">What became of each head; empty with one head.</param>
/// <param name="Recipe">Settings by name, for the manifest.</param>
public sealed record TrainedNetwork(
    Network Network,
    TrainingSet Set,
    IReadOnlyList<Epoch> History,
    Epoch Best,
    float[] HoldoutLogits,
    IReadOnlyList<ModelHead> Heads,
    IReadOnlyDictionary<string, string> Recipe);

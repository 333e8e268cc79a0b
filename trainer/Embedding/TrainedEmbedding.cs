using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Embedding;

/// <summary>An embedding network ready to be published.</summary>
/// <param name="Network">Its forward graph holds the weights.</param>
/// <param name="Sample">What it learnt from and was measured by.</param>
/// <param name="History">Every epoch, in order.</param>
/// <param name="Score">Of altered copies of the measured rows, by the published graph in a stock session.</param>
/// <param name="FeatureScore">The same by the features as they are.</param>
/// <param name="Recipe">Settings by name, for the manifest.</param>
internal sealed record TrainedEmbedding(
    EmbeddingNetwork Network,
    PoolSample Sample,
    IReadOnlyList<Epoch> History,
    CopyScore Score,
    CopyScore FeatureScore,
    IReadOnlyDictionary<string, string> Recipe);

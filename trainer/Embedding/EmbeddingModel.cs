using ParquetPool.Contract;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Embedding;

/// <summary>A model with the output <c>embedding</c> alone, ready to be published.</summary>
/// <param name="Network">Holds the weights.</param>
/// <param name="Inputs">What it takes of a pool.</param>
/// <param name="Width">Units of the embedding.</param>
/// <param name="Training">How it came about, for the manifest.</param>
/// <param name="History">Every epoch or pass, in order.</param>
internal sealed record EmbeddingModel(ModelProto Network, IReadOnlyList<ModelInput> Inputs, int Width, ModelTraining Training, IReadOnlyList<Epoch> History)
{
    /// <summary>Its dropout layers.</summary>
    public IReadOnlyList<ModelDropout> Dropouts { get; init; } = [];

    /// <summary>Of the labels that it learnt from; none where it learnt without.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Lays further files into its folder; null for none.</summary>
    public Action<string>? Besides { get; init; }
}

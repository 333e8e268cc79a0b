using System.Security.Cryptography;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Makes a model with the output <c>embedding</c> alone the next round of its task.</summary>
internal static class EmbeddingPublisher
{
    /// <summary>Publishes the model; the round's folder appears whole or not at all.</summary>
    /// <param name="width">Units of the embedding.</param>
    /// <param name="classes">Of the labels that it learnt from; none by default.</param>
    /// <param name="besides">Lays further files into the folder; null for none.</param>
    /// <exception cref="Errors.DataException">Another trainer published the round meanwhile.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (string Folder, ModelManifest Manifest) Publish(
        ModelRegistry registry, string task, ModelProto network, IReadOnlyList<ModelInput> inputs, int width, IReadOnlyList<ModelDropout> dropouts, ModelTraining training, IReadOnlyList<Epoch> history, TimeProvider clock,
        IReadOnlyList<string>? classes = null, Action<string>? besides = null)
    {
        var model = ModelFile.ToBytes(network);
        var manifest = new ModelManifest
        {
            Task = task,
            Round = registry.NextRound(task),
            CreatedUtc = clock.GetUtcNow(),
            Classes = classes ?? [],
            Inputs = inputs,
            Outputs = [new ModelOutput(Networks.Network.Embedding, [-1, width])],
            Dropout = dropouts,
            Training = training,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
        };
        var folder = registry.Publish(task, manifest.Round, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, ModelRegistry.ModelFileName), model);
            HistoryFile.Write(Path.Combine(temporary, ModelRegistry.HistoryFileName), history);
            besides?.Invoke(temporary);
            WholeFile.Write(Path.Combine(temporary, ModelManifest.FileName), manifest.ToBytes());
        });
        return (folder, manifest);
    }
}

using System.Security.Cryptography;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Publishing;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Makes a model with the output <c>embedding</c> alone the next round of its task.</summary>
internal static class EmbeddingPublisher
{
    /// <summary>Publishes the model; the round's folder appears whole or not at all.</summary>
    /// <exception cref="Errors.DataException">Another trainer published the round meanwhile.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (string Folder, ModelManifest Manifest) Publish(ModelRegistry registry, string task, EmbeddingModel trained, TimeProvider clock)
    {
        var model = ModelFile.ToBytes(trained.Network);
        var manifest = new ModelManifest
        {
            Task = task,
            Round = registry.NextRound(task),
            CreatedUtc = clock.GetUtcNow(),
            Classes = trained.Classes,
            Inputs = trained.Inputs,
            Outputs = [new ModelOutput(Networks.Network.Embedding, [-1, trained.Width])],
            Dropout = trained.Dropouts,
            Training = trained.Training,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
        };
        var folder = registry.Publish(task, manifest.Round, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, ModelRegistry.ModelFileName), model);
            HistoryFile.Write(Path.Combine(temporary, ModelRegistry.HistoryFileName), trained.History);
            trained.Besides?.Invoke(temporary);
            WholeFile.Write(Path.Combine(temporary, ModelManifest.FileName), manifest.ToBytes());
        });
        return (folder, manifest);
    }
}

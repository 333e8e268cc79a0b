using System.Security.Cryptography;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Makes a trained embedding the next round of its task.</summary>
internal static class EmbeddingPublisher
{
    /// <summary>Publishes <paramref name="trained"/>; the round's folder appears whole or not at all.</summary>
    /// <exception cref="Errors.DataException">Another trainer published the round meanwhile.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (string Folder, ModelManifest Manifest) Publish(
        ModelRegistry registry, string task, TrainedEmbedding trained, ulong seed, TimeProvider clock)
    {
        var model = ModelFile.ToBytes(trained.Network.Forward);
        var manifest = new ModelManifest
        {
            Task = task,
            Round = registry.NextRound(task),
            CreatedUtc = clock.GetUtcNow(),
            Classes = trained.Sample.Classes,
            Inputs = trained.Network.Inputs,
            Outputs = [new ModelOutput(Networks.Network.Embedding, [-1, EmbeddingNetwork.Width])],
            Dropout = [],
            Training = new ModelTraining(
                trained.Sample.Training.Count, trained.Sample.Measured.Count, seed, trained.History.Count, trained.History.Count,
                trained.Score.Found, trained.Score.Loss, trained.Recipe),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
        };
        var folder = registry.Publish(task, manifest.Round, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, ModelRegistry.ModelFileName), model);
            HistoryFile.Write(Path.Combine(temporary, ModelRegistry.HistoryFileName), trained.History);
            WholeFile.Write(Path.Combine(temporary, ModelManifest.FileName), manifest.ToBytes());
        });
        return (folder, manifest);
    }
}

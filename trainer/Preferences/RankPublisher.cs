using System.Globalization;
using System.Security.Cryptography;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Preferences;

/// <summary>Checks a network that ranks rows and makes it the next round of its task.</summary>
internal static class RankPublisher
{
    private const int CheckedRows = 4096;

    /// <summary>Publishes the model; the round's folder appears whole or not at all.</summary>
    /// <exception cref="DataException">The model fails <see cref="ModelCheck"/>, or another trainer published the round meanwhile.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (string Folder, ModelManifest Manifest) Publish(ModelRegistry registry, string task, TrainedRanking trained, ulong seed, TimeProvider clock)
    {
        var model = ModelFile.ToBytes(trained.Network.Forward);
        LabelledRow[] rows = [.. trained.Set.Rows.Take(CheckedRows)];
        var check = ModelCheck.Run(model, trained.Network.Inputs, Network.Score, rows, trained.Scores[..rows.Length], width: 1);
        var manifest = new ModelManifest
        {
            Task = task,
            Round = registry.NextRound(task),
            CreatedUtc = clock.GetUtcNow(),
            Classes = [],
            Inputs = trained.Network.Inputs,
            Outputs = [new ModelOutput(Network.Score, [-1, 1]), new ModelOutput(Network.Embedding, [-1, trained.Network.EmbeddingWidth])],
            Scores = new ModelScores(Network.Score, OutputKinds.NameOf(OutputKind.Preferences)),
            Dropout = trained.Network.Dropouts,
            Training = new ModelTraining(
                trained.Set.Training.Count, trained.Set.Holdout.Count, seed, trained.History.Count, trained.Best.Number, trained.Best.HoldoutAccuracy, trained.Best.HoldoutLoss,
                new Dictionary<string, string>(trained.Recipe) { ["checkedDifference"] = check.Difference.ToString("R", CultureInfo.InvariantCulture) }),
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

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Reports;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Publishing;

/// <summary>Checks a trained network and makes it the next round of its task.</summary>
internal static class ModelPublisher
{
    /// <summary>Publishes <paramref name="trained"/>; the round's folder appears whole or not at all.</summary>
    /// <param name="registry">Where models are kept.</param>
    /// <param name="task">The task's folder.</param>
    /// <param name="trained">What to publish.</param>
    /// <param name="seed">For the manifest.</param>
    /// <param name="encoder">What it is joined with, so that it takes pictures or token ids; null for nothing.</param>
    /// <param name="clock">Tells the manifest's time; <c>model.onnx</c> and <c>history.parquet</c> hold none.</param>
    /// <returns>The round's folder, its manifest and what the check found.</returns>
    /// <exception cref="DataException">The model fails <see cref="ModelCheck"/>, or another trainer published the round meanwhile.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (string Folder, ModelManifest Manifest, ModelCheck Check) Publish(
        ModelRegistry registry, string task, TrainedNetwork trained, ulong seed, TimeProvider clock, EncodedHead? encoder = null)
    {
        var model = ModelFile.ToBytes(trained.Network.Forward);
        var state = encoder is null ? StateFile.ToBytes(trained.State, trained.Network.Forward) : null;
        var check = ModelCheck.Run(model, trained);
        var manifest = Manifest(task, registry.NextRound(task), trained, seed, model, check, clock) with { StateSha256 = state is null ? null : Convert.ToHexStringLower(SHA256.HashData(state)) };
        using var front = encoder?.Front();
        (model, manifest) = front is null ? (model, manifest) : Joined(trained, encoder!.Encoded, front, manifest);
        var folder = registry.Publish(task, manifest.Round, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, ModelRegistry.ModelFileName), model);
            if (state is not null)
            {
                WholeFile.Write(Path.Combine(temporary, StateFile.Name), state);
            }
            HistoryFile.Write(Path.Combine(temporary, ModelRegistry.HistoryFileName), trained.History);
            LearntFile.Write(Path.Combine(temporary, ModelRegistry.LearntFileName), trained.Set);
            WholeFile.Write(Path.Combine(temporary, TensorBoardLog.FileName), TensorBoardLog.Of(trained.History));
            WholeFile.Write(Path.Combine(temporary, TrainingReport.FileName), Encoding.UTF8.GetBytes(TrainingReport.Of(trained, manifest, EarlierOf(registry, task))));
            front?.Lay(temporary);
            WholeFile.Write(Path.Combine(temporary, ModelManifest.FileName), manifest.ToBytes());
        });
        return (folder, manifest, check);
    }

    private static (byte[] Model, ModelManifest Manifest) Joined(TrainedNetwork trained, EncodedColumn encoded, IEncoderFront front, ModelManifest head)
    {
        var (graph, difference) = EncodedHead.Join(front, trained.Network);
        var model = ModelFile.ToBytes(graph);
        var recipe = new Dictionary<string, string>(head.Training.Recipe)
        {
            ["export"] = "full",
            ["encoder"] = $"{encoded.Encoder}, SHA-256 {encoded.Sha256}",
            ["joinedDifference"] = difference.ToString("R", CultureInfo.InvariantCulture),
        };
        return (model, head with { Inputs = [front.Input], Training = head.Training with { Recipe = recipe }, Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)) });
    }

    /// <summary>The manifests of the rounds before, as far as they can be read: a report is no reason not to publish.</summary>
    private static List<ModelManifest> EarlierOf(ModelRegistry registry, string task)
    {
        var manifests = new List<ModelManifest>();
        foreach (var (_, folder) in registry.Rounds(task))
        {
            try
            {
                manifests.Add(ModelManifest.Read(StorageAddress.Join(folder, ModelManifest.FileName)));
            }
            catch (DataException)
            {
                // Who goes on from it is told.
            }
        }
        return manifests;
    }

    /// <summary>The package without files and without a check, for scoring in this process: a rehearsal's many rounds.</summary>
    public static ModelPackage InMemory(string task, int round, TrainedNetwork trained, ulong seed, TimeProvider clock)
    {
        var model = ModelFile.ToBytes(trained.Network.Forward);
        var manifest = Manifest(task, round, trained, seed, model, check: null, clock);
        return new ModelPackage($"{task}, round {round}, in memory", trained.Network.Forward, manifest.Sha256, manifest);
    }

    private static ModelManifest Manifest(
        string task, int round, TrainedNetwork trained, ulong seed, byte[] model, ModelCheck? check, TimeProvider clock) => new()
        {
            Task = task,
            Round = round,
            CreatedUtc = clock.GetUtcNow(),
            Classes = trained.Set.Classes,
            Inputs = trained.Network.Inputs,
            Outputs =
            [
                new ModelOutput(Network.Logits, [-1, trained.Set.Classes.Count]),
                new ModelOutput(Network.Embedding, [-1, trained.Network.EmbeddingWidth]),
                .. trained.Network.Members.Select(output => new ModelOutput(output, [-1, trained.Set.Classes.Count])),
                .. trained.Network.Heads.Skip(1).Select(h => new ModelOutput(h.Logits, [-1, trained.Set.Classes.Count])),
                .. trained.Network.LossTaps.Take(1).Select(_ => new ModelOutput(Network.PredictedLoss, [-1, 1])),
            ],
            Scores = new ModelScores(Network.Logits, OutputKinds.NameOf(OutputKind.Logits)) { Networks = trained.Network.Members is { Count: > 0 } members ? members : null },
            LossCorrelation = trained.LossCorrelation,
            Heads = trained.Heads.Count > 0 ? trained.Heads : null,
            Dropout = trained.Network.Dropouts,
            Calibration = trained.Calibration,
            Training = new ModelTraining(
                trained.Set.Training.Count,
                trained.Set.Holdout.Count,
                seed,
                trained.History.Count,
                trained.Best.Number,
                trained.Best.HoldoutAccuracy,
                trained.Best.HoldoutLoss,
                check is { } found
                    ? new Dictionary<string, string>(trained.Recipe)
                    {
                        ["checkedDifference"] = found.Difference.ToString("R", CultureInfo.InvariantCulture),
                    }
                    : trained.Recipe)
            {
                PartialRows = trained.Set.Partial.Count > 0 ? trained.Set.Partial.Count : null,
                Unlabelled = trained.Unlabelled,
                Holdout = trained.Set.Rule,
            },
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
        };
}

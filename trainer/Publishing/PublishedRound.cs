using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Publishing;

/// <summary>A published round as something to go on training from.</summary>
internal static class PublishedRound
{
    /// <summary>Opens the package in <paramref name="folder"/>; the result's set has columns and classes, but no rows.</summary>
    /// <exception cref="DataException">The package cannot be read, or was not made by this program's <c>trainer train</c>.</exception>
    public static TrainedNetwork Open(string folder)
    {
        var package = ModelPackage.Open(folder);
        var manifest = package.Manifest!;
        if (!manifest.Training.Recipe.TryGetValue(TrainedNetwork.NetworkSetting, out var json) || manifest.StateSha256 is null || manifest.Inputs.Count == 0 || manifest.Classes.Count < 2)
        {
            throw new DataException($"{folder} holds no state to go on from: train the round from scratch, without --epochs-per-round");
        }
        var spec = NetworkSpec.Parse(json, folder);
        VectorColumn[] columns = [.. manifest.Inputs.Select(i => new VectorColumn(i.Columns[0], (int)i.Dims[1], i.Missing == ModelInput.NaN) { Shape = i.Shape })];
        var width = columns.Sum(c => c.Width);
        var network = NetworkBuilder.Build(spec, columns, manifest.Classes.Count, new Standardisation(new float[width], new float[width]), seed: 0);
        if (!network.Forward.Graph.Initializer.Select(t => (t.Name, t.RawData.Length)).SequenceEqual(package.Model.Graph.Initializer.Select(t => (t.Name, t.RawData.Length))))
        {
            throw new DataException($"{package.Path} has other tensors than this program makes of its network: train the round from scratch, without --epochs-per-round");
        }
        var path = StorageAddress.Join(folder, StateFile.Name);
        var state = StateFile.Read(path, manifest.StateSha256, package.Model, network.Parameters.Concat(network.Statistics));
        return new TrainedNetwork(
            Network: network with { Forward = package.Model, Inputs = [.. network.Inputs.Zip(manifest.Inputs, (own, told) => own with { Tokens = told.Tokens, Scales = told.Scales })] },
            State: state,
            Set: new TrainingSet(columns, manifest.Classes, [], []) { Rule = manifest.Training.Holdout },
            History: [],
            Best: default,
            HoldoutLogits: [],
            Heads: [],
            LossCorrelation: null,
            Recipe: manifest.Training.Recipe)
        { Unlabelled = manifest.Training.Unlabelled };
    }
}

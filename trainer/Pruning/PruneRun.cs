using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Pruning;

/// <summary>
/// Trains a network, takes its smallest weights or lightest units away, and trains what is left again from its first values, round by round: the lottery
/// tickets of Frankle and Carbin 2019.
/// </summary>
/// <remarks>The same set and options give the same weights to the last bit.</remarks>
internal static class PruneRun
{
    /// <summary>Trains and prunes.</summary>
    /// <param name="tell">Told what came of each round.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="checkpoints">Where it is kept how far it has come; null for nowhere.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <exception cref="DataException">See <see cref="TrainRun.Execute"/>.</exception>
    /// <exception cref="UsageException">An option is out of range, or a layer's units cannot go one by one.</exception>
    public static TrainedNetwork Execute(TrainingSet set, TrainOptions options, PruneOptions pruning, Action<string> tell, Action<Epoch>? ended = null, Checkpoints? checkpoints = null, CancellationToken stopping = default)
    {
        options.Check();
        pruning.Check();
        return TorchMemory.Guarded(
            () => pruning.Units ? Units(set, options, pruning, tell, ended, checkpoints, stopping) : Weights(set, options, pruning, tell, ended, checkpoints, stopping),
            options.LessMemory);
    }

    private static TrainedNetwork Weights(TrainingSet set, TrainOptions options, PruneOptions pruning, Action<string> tell, Action<Epoch>? ended, Checkpoints? checkpoints, CancellationToken stopping)
    {
        var first = TrainRun.Build(set, options, null);
        var (round, masks) = (1, WeightMasks.Of(first));
        checkpoints?.Entered(reader => (round, masks) = (reader.ReadInt32(), masks with { ByName = reader.ReadArrays() }));
        for (; round <= pruning.Rounds; round++)
        {
            var trained = Learn(masks.On(first), masks, set, options, ended, checkpoints, stopping);
            tell(Told(round, pruning, masks.Share, trained));
            masks = masks.Pruned(trained.State.Weights, pruning.Left);
            checkpoints?.Enter(writer =>
            {
                writer.Write(round + 1);
                writer.Write(masks.ByName);
            });
        }
        var (begun, left, how) = pruning.Control switch
        {
            PruneControl.Reinit => (TrainRun.Build(set, Reseeded(options), null), masks, ", begun with other first weights"),
            PruneControl.RandomMask => (first, masks.Drawn(options.Seed), ", as many of each layer drawn evenly"),
            _ => (first, masks, ", begun with their first values"),
        };
        return Described(
            Learn(left.On(begun), left, set, options, ended, checkpoints, stopping),
            Recipe.Text($"{100 * left.Share:F1} % of the weights are left of {pruning.Rounds} rounds that took the smallest of each layer{how}"));
    }

    private static TrainedNetwork Units(TrainingSet set, TrainOptions options, PruneOptions pruning, Action<string> tell, Action<Epoch>? ended, Checkpoints? checkpoints, CancellationToken stopping)
    {
        KeptUnits.RequireSingle(options.Network);
        var (round, network) = (1, TrainRun.Build(set, options, null));
        checkpoints?.Entered(reader =>
        {
            (round, options) = (reader.ReadInt32(), options with { Network = NetworkSpec.Parse(reader.ReadString(), "progress") });
            var smaller = TrainRun.Build(set, options, null);
            network = smaller with { Forward = TrainRun.With(smaller.Forward, reader.ReadArrays()) };
        });
        for (; round <= pruning.Rounds; round++)
        {
            var trained = Learn(network, null, set, options, ended, checkpoints, stopping);
            tell(Told(round, pruning, Math.Pow(pruning.Left, round - 1), trained));
            var kept = new KeptUnits(options.Network, trained.Network, pruning.Left);
            options = options with { Network = kept.Spec };
            network = kept.Values(network, TrainRun.Build(set, options, null));
            checkpoints?.Enter(writer =>
            {
                writer.Write(round + 1);
                writer.Write(options.Network.ToJson());
                writer.Write(ValuesOf(network));
            });
        }
        var control = pruning.Control == PruneControl.Reinit;
        return Described(
            Learn(control ? TrainRun.Build(set, Reseeded(options), null) : network, null, set, options, ended, checkpoints, stopping),
            Recipe.Text($"{100 * pruning.Keep:0.#} % of the units of each layer are left of {pruning.Rounds} rounds that took the lightest{(control ? ", begun with other first weights" : ", begun with their first weights")}"));
    }

    private static TrainedNetwork Learn(Network network, WeightMasks? masks, TrainingSet set, TrainOptions options, Action<Epoch>? ended, Checkpoints? checkpoints, CancellationToken stopping)
    {
        using var classifier = new Classifier(network, set.Classes.Count, options);
        classifier.KeepAtZero(masks?.ByName);
        return TrainRun.Learn(new Trainee(network, classifier, set, options), options.EpochsFor(set.Training.Count), ended, stopping, checkpoints);
    }

    /// <summary>What learns and what is counted; the rest of a network follows from its layers and the rows.</summary>
    private static Dictionary<string, float[]> ValuesOf(Network network) =>
        network.Parameters.Concat(network.Statistics).Select(name => network.Forward.Graph.Initializer.Single(t => t.Name == name)).ToDictionary(t => t.Name, Tensors.ToFloats);

    private static TrainOptions Reseeded(TrainOptions options) => options with { Seed = options.Seed + 1 };

    private static string Told(int round, PruneOptions pruning, double share, TrainedNetwork trained) => Recipe.Text(
        $"round {round} of {pruning.Rounds}: {100 * share:F1} % of the {(pruning.Units ? "units" : "weights")}, {100 * trained.Best.HoldoutAccuracy:F1} % of the held-out rows right");

    private static TrainedNetwork Described(TrainedNetwork trained, string how) => trained with { Recipe = new Dictionary<string, string>(trained.Recipe) { [Recipe.Pruning] = how } };
}

using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Training;

/// <summary>Trains a network on a set from its first weights on.</summary>
/// <remarks>
/// The rate rises and falls; the training stops when the hold-out loss has not fallen for <see cref="Patience"/> of the epochs, and keeps the
/// weights of the epoch where it was lowest. Where few rows are held out it takes all epochs, and keeps the last weights. A training that diverges keeps the best weights that it had. The same set and options give the same weights to the last bit.
/// </remarks>
internal static class TrainRun
{
    private const double Patience = 0.5;
    private const int LeastPatience = 10;
    private const double WarmupShare = 0.05;

    // Fewer choose by chance: of trainings from scratch 38 rows of Fashion-MNIST chose weights 1.7 points worse than the last ones, a few
    // rows of digits 14 points worse (RESULTS, "Few rows to stop by").
    private const int LeastToStopBy = 50;

    // 120 of 200 epochs in Yoo and Kweon 2019.
    private const double ShapingShare = 0.6;

    /// <summary>Trains.</summary>
    /// <param name="set">Rows to learn from and rows to measure by.</param>
    /// <param name="options">How.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="standardisation">Of the features; null for that of the training rows.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <exception cref="DataException">A layer does not fit, a row holds a number that is no token id, or the training diverged in its first epoch, or there is too little memory.</exception>
    /// <exception cref="UsageException">An option is out of range, or the network needs an image and the feature columns hold none.</exception>
    public static TrainedNetwork Execute(TrainingSet set, TrainOptions options, Action<Epoch>? ended = null, Standardisation? standardisation = null, CancellationToken stopping = default)
    {
        options.Check();
        return TorchMemory.Guarded(() => Train(set, options, ended, standardisation, stopping), options.LessMemory);
    }

    private static TrainedNetwork Train(TrainingSet set, TrainOptions options, Action<Epoch>? ended, Standardisation? standardisation, CancellationToken stopping)
    {
        var network = options.From is { } from ? TransferNetwork.Build(from, set.Columns, set.Classes.Count, options.Seed) : Build(set, options, standardisation);
        if (network.NewHead is not null)
        {
            return FineTuning.Execute(network, set, options, ended, stopping);
        }
        using var classifier = new Classifier(network, set.Classes.Count, options, freezeBatchNorm: options.From is not null);
        return Learn(new Trainee(network, classifier, set, options), options.EpochsFor(set.Learnt.Count), ended, stopping);
    }

    /// <summary>Trains a network from where it is.</summary>
    /// <param name="epochs">The most.</param>
    /// <param name="checkpoints">Where it is kept how far it has come; null for nowhere.</param>
    internal static TrainedNetwork Learn(Trainee trainee, int epochs, Action<Epoch>? ended, CancellationToken stopping, Checkpoints? checkpoints = null)
    {
        var (network, classifier, set, options) = trainee;
        var steps = epochs * options.Steps.Batches.Count(set.Learnt.Count);
        var rate = RateOf(options, steps);
        var stops = set.Holdout.Count >= LeastToStopBy;
        var patience = stops ? Math.Max(LeastPatience, (int)(epochs * Patience)) : epochs;
        var altered = epochs - (int)(epochs * options.Augment.UnalteredShare);
        var loop = new EpochLoop(classifier, set, options, AugmenterOf(network, set, options), rate.At, options.ShapingEpochs ?? (int)(epochs * ShapingShare), altered);
        var best = new BestSoFar(classifier.Snapshot(0));
        checkpoints?.Resume(reader => classifier.Resume(best.Read(reader)));
        foreach (var epoch in best.History)
        {
            ended?.Invoke(epoch);
        }
        var recipe = RecipeOf(options, network, Recipe.Text($"{epochs}, {Taken()}{(altered < epochs ? Recipe.Text($"; rows are altered up to epoch {altered}") : "")}"));
        if (loop.Draws is { } draws)
        {
            recipe[Recipe.Sampler] = draws.Text;
        }
        for (var number = best.History.Count + 1; number <= epochs && number - best.Epoch.Number <= patience; number++)
        {
            Epoch epoch;
            try
            {
                epoch = loop.Learn(number, stopping);
            }
            catch (DivergedException e)
            {
                recipe[Recipe.Stopped] = best.Epoch.Number > 0 ? e.Message : throw new DataException(e.Message, e);
                break;
            }
            best.Add(epoch, best.Epoch.Number == 0 || !stops || epoch.HoldoutLoss < best.Epoch.HoldoutLoss, classifier.Snapshot);
            checkpoints?.Keep(writer => best.Write(writer, classifier.Snapshot(number)));
            ended?.Invoke(epoch);
        }
        classifier.Resume(best.State);
        return TrainedNetwork.Of(trainee, best.State with { Epochs = best.History.Count }, best.History, best.Epoch, recipe, choseEpoch: stops);

        string Taken() => stops ? Recipe.Text($"stops after {patience} without a lower hold-out loss") : Recipe.Text($"all taken: {set.Holdout.Count} held-out rows are too few to stop by");
    }

    /// <summary>A network with its first weights.</summary>
    internal static Network Build(TrainingSet set, TrainOptions options, Standardisation? standardisation)
    {
        var image = NetworkBuilder.Image(options.Network, set.Columns);
        standardisation ??= Standardisation.Of([.. set.Learnt.Select(r => r.Features)], image is [_, var h, var w] ? h * w : 1);
        var network = NetworkBuilder.Build(options.Network, set.Columns, set.Classes.Count, standardisation, options.Seed);
        TokenIds.Require(network, set);
        return options.FirstWeights is { } given ? FirstWeights.In(network, given) : network;
    }

    /// <summary>The rates of a training of so many steps.</summary>
    internal static LearningRate RateOf(TrainOptions options, int steps) => new(options.Steps.LearningRate, (int)(steps * WarmupShare), steps, options.Steps.Schedule);

    internal static Augmenter? AugmenterOf(Network network, TrainingSet set, TrainOptions options) =>
        Augmenter.Of(options.Augment, network, [.. set.Learnt.Select(r => r.Features)], options.Seed);

    /// <summary>The graph whose initializers have the given values.</summary>
    internal static ModelProto With(ModelProto forward, IReadOnlyDictionary<string, float[]> weights)
    {
        var model = forward.Clone();
        foreach (var tensor in model.Graph.Initializer.Where(t => weights.ContainsKey(t.Name)))
        {
            tensor.RawData = Tensors.Float(tensor.Name, weights[tensor.Name], [.. tensor.Dims]).RawData;
        }
        return model;
    }

    internal static Dictionary<string, string> RecipeOf(TrainOptions options, Network network, string epochs)
    {
        var recipe = new Dictionary<string, string>(Recipe.Of(options, Recipe.RateText(options, WarmupShare)))
        {
            ["maxEpochs"] = epochs,
        };
        if (options.From is not { } from)
        {
            recipe[TrainedNetwork.NetworkSetting] = options.Network.ToJson();
            if (options.FirstWeights is { } given)
            {
                recipe[Recipe.FirstWeights] = $"{given.Path}, SHA-256 {given.Sha256}";
            }
            return recipe;
        }
        recipe["from"] = $"{from.Package.Path}, SHA-256 {from.Package.Sha256}";
        recipe["head"] = from.KeepsHead ? "kept" : Recipe.Text($"new, dropout {from.Dropout}");
        recipe["learningFrom"] = network.Given.Count == 0 ? "none" : string.Join(' ', network.Given);
        recipe["learningRateFrom"] = Recipe.Text($"{from.RateBeside(options.Steps.LearningRate)}");
        recipe["batchNorm"] = "frozen";
        return recipe;
    }
}

using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Training;

/// <summary>How a network is trained. The defaults suit a few hundred to some ten thousand labels.</summary>
internal sealed record TrainOptions
{
    /// <summary>The layers; dropout rates are the network's own.</summary>
    public NetworkSpec Network { get; init; } = NetworkSpec.Load("mlp");

    /// <summary>The model to start from in place of <see cref="Network"/>; null for none.</summary>
    [JsonIgnore]
    public TransferSpec? From { get; init; }

    /// <summary>The model whose layers' weights <see cref="Network"/> starts with, all of which learn; null for weights of chance.</summary>
    [JsonIgnore]
    public ModelPackage? FirstWeights { get; init; }

    /// <summary>The model that is begun with, as a whole or by its first weights; null for none.</summary>
    [JsonIgnore]
    public ModelPackage? Begun => From?.Package ?? FirstWeights;

    /// <summary>Passes over the training rows; null for as many as make <see cref="DefaultSteps"/> steps, within <see cref="LeastEpochs"/> and <see cref="MostEpochs"/>; all that <see cref="AugmentOptions.StepsFactor"/> times.</summary>
    public int? Epochs { get; init; }

    /// <summary>Passes over the rows in a round that continues from the one before.</summary>
    public int EpochsPerRound { get; init; } = 1;

    /// <summary>Whether batch normalisations stop learning in a round that continues: they then normalise by their running statistics.</summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>Epochs, from the first, in which a loss prediction shapes the network; null for the first three in five. Afterwards it learns alone.</summary>
    public int? ShapingEpochs { get; init; }

    /// <summary>Decides first weights, the order of rows, and dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>What a step is.</summary>
    public StepOptions Steps { get; init; } = new();

    /// <summary>What rows and labels count.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How often rows come in an epoch.</summary>
    public SamplerOptions Sampler { get; init; } = new();

    /// <summary>How rows are altered before they are learnt from; what is held out is measured as it is.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>Whether the held-out rows say how sure the network ought to be; no weight depends on it.</summary>
    public Calibrating Calibrate { get; init; }

    /// <summary>Where the network is trained.</summary>
    public Device Device { get; init; }

    /// <summary>Whether the steps compute products in bfloat16, on a card; weights, losses and all that is measured stay float32.</summary>
    public bool MixedPrecision { get; init; }

    /// <summary>What to do where a training needs more memory than there is.</summary>
    internal string LessMemory => $"use a smaller --batch-rows than {Steps.BatchRows}, or a smaller network";

    /// <summary>Whether a given model learns together with a new head, as far as is known before the model is looked at.</summary>
    private bool TunesGiven => From is { KeepsHead: false } from && !from.Freeze.Contains("*");

    internal const int DefaultSteps = 1000;
    internal const int LeastEpochs = 15;
    internal const int MostEpochs = 200;
    private const int TuningSteps = 300;
    private const int LeastTuningEpochs = 5;
    private const int MostTuningEpochs = 30;

    internal static readonly OptionRanges<TrainOptions> Ranges = new()
    {
        { "--epochs", options => options.Epochs, OptionRange.AtLeast(1) },
        { "--epochs-per-round", options => options.EpochsPerRound, OptionRange.AtLeast(1) },
        { "--shaping-epochs", options => options.ShapingEpochs, OptionRange.AtLeast(0) },
    };

    /// <summary>The passes over <paramref name="rows"/> rows.</summary>
    internal int EpochsFor(int rows) => TunesGiven ? TuningEpochsFor(rows) : Epochs ?? UsualEpochsFor(rows);

    /// <summary>The passes of a network of layers or of a new head, where nobody says how many.</summary>
    internal int UsualEpochsFor(int rows) => Augment.StepsFactor * Math.Clamp(DefaultSteps / Steps.Batches.Count(rows), LeastEpochs, MostEpochs);

    /// <summary>The passes of a given model whose new head has learned before.</summary>
    internal int TuningEpochsFor(int rows) => Epochs ?? Math.Clamp(TuningSteps / Steps.Batches.Count(rows), LeastTuningEpochs, MostTuningEpochs);

    /// <summary>Rejects settings out of range, and a device that is not there.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        StepOptions.Ranges.Require(Steps);
        LossOptions.Ranges.Require(Loss);
        SamplerOptions.Ranges.Require(Sampler);
        Augment.Check();
        if (MixedPrecision && Device.IsCpu)
        {
            throw new UsageException("--mixed-precision is given with --device cpu, expected --device cuda: processors gain nothing by it");
        }
        if (!Device.IsCpu)
        {
            TorchLibrary.Use(Device);
        }
        if (From is not null)
        {
            From.Check();
            return;
        }
        if (Network.MembersProblem is { } problem)
        {
            throw new UsageException(problem);
        }
        if (Network.Members > 1 && FirstWeights is not null)
        {
            throw new UsageException($"--from is given with --network and {Network.Members} members, expected one network: members that start alike stay alike");
        }
        if (Sampler.Kind == SamplerKind.Debias && Network.Tokens > 0)
        {
            throw new UsageException("--sampler debias is given with a network that reads tokens, expected one of vectors: how thinly rows lie is not told by the numbers of words");
        }
        var rate = Network.AllLayers.Select(l => l.DropoutRate).FirstOrDefault(r => r is not (>= 0 and < 1));
        if (rate != 0 || Network.AllLayers.All(l => l.DropoutRate == 0))
        {
            NetworkSpec.DropoutRates.Require("--dropout", rate);
        }
    }
}

/// <summary>What makes probabilities as sure as they are right.</summary>
internal enum Calibrating
{
    /// <summary>A temperature, see <see cref="Statistics.TemperatureFit"/>.</summary>
    Temperature,

    /// <summary>Nothing.</summary>
    None,
}

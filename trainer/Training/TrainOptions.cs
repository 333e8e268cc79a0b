using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Training;

/// <summary>How a network is trained. The defaults suit a few hundred to some ten thousand labels.</summary>
public sealed record TrainOptions
{
    /// <summary>The layers; dropout rates are the network's own.</summary>
    public NetworkSpec Network { get; init; } = NetworkSpec.Load("mlp");

    /// <summary>The model to start from in place of <see cref="Network"/>; null for none.</summary>
    public TransferSpec? From { get; init; }

    /// <summary>Passes over the training rows; null for as many as make <see cref="DefaultSteps"/> steps, within <see cref="LeastEpochs"/> and <see cref="MostEpochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Passes over the rows in a round that continues from the one before.</summary>
    public int EpochsPerRound { get; init; } = 1;

    /// <summary>Whether batch normalisations stop learning in a round that continues: they then normalise by their running statistics.</summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>Epochs, from the first, in which a loss prediction shapes the network; null for the first three in five. Afterwards it learns alone.</summary>
    public int? ShapingEpochs { get; init; }

    /// <summary>Decides first weights, the order of rows, and dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>The rate at the end of the warm-up, from where it falls to 0 along half a cosine.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Rows of a step, as <see cref="Batching"/> takes them.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>How the rows are cut into batches.</summary>
    public Batching Batching { get; init; }

    internal BatchPlan Batches => new(Batching, BatchRows);

    /// <summary>What a row of each class counts in the loss.</summary>
    public ClassWeights ClassWeights { get; init; }

    /// <summary>How a gradient changes a parameter.</summary>
    public OptimiserKind Optimiser { get; init; }

    /// <summary>How the rate goes over a training from scratch; a round that continues has a constant one.</summary>
    public RateSchedule Schedule { get; init; }

    /// <summary>The most that the norm of all gradients together may be: longer ones are shortened to it. Null for any.</summary>
    public float? Clip { get; init; }

    /// <summary>What a running mean of the weights keeps of itself in a step, see <see cref="WeightAverage"/>: the mean is published. Null to publish the weights.</summary>
    public float? Ema { get; init; }

    /// <summary>The share of every label that goes to all classes alike.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>γ of the focal loss: by (1 − p)^γ, rows that are predicted well count less. 0 for none.</summary>
    public float Focal { get; init; }

    /// <summary>Where the network is trained.</summary>
    public Device Device { get; init; }

    /// <summary>Whether the steps compute products in bfloat16, on a card; weights, losses and all that is measured stay float32.</summary>
    public bool MixedPrecision { get; init; }

    /// <summary>What to do where a training needs more memory than there is.</summary>
    internal string LessMemory => $"use a smaller --batch-rows than {BatchRows}, or a smaller network";

    /// <summary>Whether a given model learns together with a new head, as far as is known before the model is looked at.</summary>
    private bool TunesGiven => From is { KeepsHead: false } from && !from.Freeze.Contains("*");

    internal const int DefaultSteps = 1000;
    internal const int LeastEpochs = 15;
    internal const int MostEpochs = 200;
    private const int TuningSteps = 300;
    private const int LeastTuningEpochs = 5;
    private const int MostTuningEpochs = 30;
    private const int MostBatchRows = 65_536;

    /// <summary>The passes over <paramref name="rows"/> rows.</summary>
    internal int EpochsFor(int rows) => TunesGiven ? TuningEpochsFor(rows) : Epochs ?? UsualEpochsFor(rows);

    /// <summary>The passes of a network of layers or of a new head, where nobody says how many.</summary>
    internal int UsualEpochsFor(int rows) => Math.Clamp(DefaultSteps / Batches.Count(rows), LeastEpochs, MostEpochs);

    /// <summary>The passes of a given model whose new head has learned before.</summary>
    internal int TuningEpochsFor(int rows) => Epochs ?? Math.Clamp(TuningSteps / Batches.Count(rows), LeastTuningEpochs, MostTuningEpochs);

    /// <summary>Rejects settings out of range, and a device that is not there.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Require(Epochs is null or >= 1, "--epochs", Epochs, "1 or more");
        Require(EpochsPerRound >= 1, "--epochs-per-round", EpochsPerRound, "1 or more");
        Require(ShapingEpochs is null or >= 0, "--shaping-epochs", ShapingEpochs, "0 or more");
        Require(LearningRate > 0 && float.IsFinite(LearningRate), "--learning-rate", LearningRate, "above 0");
        Require(BatchRows is >= 1 and <= MostBatchRows, "--batch-rows", BatchRows, $"1 to {MostBatchRows}");
        Require(Clip is null or (> 0 and < float.PositiveInfinity), "--clip", Clip, "above 0");
        Require(Ema is null or (> 0 and < 1), "--ema", Ema, "above 0 and below 1");
        Require(LabelSmoothing is >= 0 and < 1, "--label-smoothing", LabelSmoothing, "0 or more and below 1");
        if (MixedPrecision && Device.IsCpu)
        {
            throw new UsageException("--mixed-precision is given with --device cpu, expected --device cuda: processors gain nothing by it");
        }
        Require(Focal is >= 0 and < float.PositiveInfinity, "--focal", Focal, "0 or more");
        if (!Device.IsCpu)
        {
            TorchLibrary.Use(Device);
        }
        if (From is not null)
        {
            From.Check();
            return;
        }
        var rate = Network.AllLayers.Select(l => l.DropoutRate).FirstOrDefault(r => r is not (>= 0 and < 1));
        Require(rate == 0 && Network.AllLayers.Any(l => l.DropoutRate > 0), "--dropout", rate, "above 0 and below 1: the scorer's committee is made of dropout masks");
    }

    private static void Require(bool holds, string option, object? value, string expected)
    {
        if (!holds)
        {
            throw new UsageException(FormattableString.Invariant($"{option} is {value}, expected {expected}"));
        }
    }
}

using ParquetPool.Commands;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Training;

/// <summary>How a network is trained. The defaults suit a few hundred to some ten thousand labels.</summary>
public sealed record TrainOptions
{
    /// <summary>The layers; dropout rates are the network's own.</summary>
    public NetworkSpec Network { get; init; } = NetworkSpec.Load("mlp");

    /// <summary>Passes over the training rows; null for as many as make <see cref="DefaultSteps"/> steps, within <see cref="LeastEpochs"/> and <see cref="MostEpochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Decides first weights, the order of rows, and dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>The rate at the end of the warm-up, from where it falls to 0 along half a cosine.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>The most rows of a step.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>What a row of each class counts in the loss.</summary>
    public ClassWeights ClassWeights { get; init; }

    internal const int DefaultSteps = 1000;
    internal const int LeastEpochs = 15;
    internal const int MostEpochs = 200;
    private const int MostBatchRows = 65_536;

    /// <summary>The passes over <paramref name="rows"/> rows.</summary>
    internal int EpochsFor(int rows) => Epochs ?? Math.Clamp(DefaultSteps / BatchPlan.Count(rows, BatchRows), LeastEpochs, MostEpochs);

    /// <summary>Rejects settings out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Require(Epochs is null or >= 1, "--epochs", Epochs, "1 or more");
        Require(LearningRate > 0 && float.IsFinite(LearningRate), "--learning-rate", LearningRate, "above 0");
        Require(BatchRows is >= 1 and <= MostBatchRows, "--batch-rows", BatchRows, $"1 to {MostBatchRows}");
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

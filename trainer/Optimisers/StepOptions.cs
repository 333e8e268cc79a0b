using ParquetPool.Errors;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Optimisers;

/// <summary>What a step of a training takes in, and how it changes the weights.</summary>
internal sealed record StepOptions
{
    private const int MostBatchRows = 65_536;

    /// <summary>The rate at the end of the warm-up, from where it falls to 0 along half a cosine.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Rows of a step, as <see cref="Batching"/> takes them.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>How the rows are cut into batches.</summary>
    public Batching Batching { get; init; }

    /// <summary>How a gradient changes a parameter.</summary>
    public OptimiserKind Optimiser { get; init; }

    /// <summary>Of <see cref="OptimiserKind.Sgd"/>: what is kept of the gradients before.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>How the rate goes over a training from scratch; a round that continues has a constant one.</summary>
    public RateSchedule Schedule { get; init; }

    /// <summary>The most that the norm of all gradients together may be: longer ones are shortened to it. Null for any.</summary>
    public float? Clip { get; init; }

    /// <summary>What a running mean of the weights keeps of itself in a step, see <see cref="WeightAverage"/>: the mean is published. Null to publish the weights.</summary>
    public float? Ema { get; init; }

    /// <summary>The rate of recurrent layers on token ids: at a tenth of it they learn a fraction of what they can in as many steps.</summary>
    internal const float RecurrentRate = 1e-2f;

    internal BatchPlan Batches => new(Batching, BatchRows);

    /// <summary>The rate of a network's layers where nobody says one.</summary>
    internal static float RateOf(NetworkSpec network) =>
        network.Tokens > 0 && network.Layers.Any(layer => layer is Recurrent) && !network.Layers.Any(layer => layer is Attention) ? RecurrentRate : new StepOptions().LearningRate;

    internal static readonly OptionRanges<StepOptions> Ranges = new()
    {
        { "--learning-rate", options => options.LearningRate, OptionRange.AboveZero },
        { "--batch-rows", options => options.BatchRows, OptionRange.Between(1, MostBatchRows) },
        { "--clip", options => options.Clip, OptionRange.AboveZero },
        { "--ema", options => options.Ema, OptionRange.Part },
    };
}

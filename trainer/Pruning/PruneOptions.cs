using ParquetPool.Errors;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Pruning;

/// <summary>What a control does instead of what it is compared with.</summary>
internal enum PruneControl
{
    /// <summary>Nothing: the kept weights begin with their first values.</summary>
    None,

    /// <summary>They begin with other first values.</summary>
    Reinit,

    /// <summary>As many weights of each layer are kept, drawn evenly.</summary>
    RandomMask,
}

/// <summary>How a network is made smaller.</summary>
/// <param name="Keep">The share of the weights, or of each layer's units, that is left.</param>
internal sealed record PruneOptions(double Keep)
{
    public const double DefaultRate = 0.2;

    /// <summary>The most that a round takes away of what is left.</summary>
    public double Rate { get; init; } = DefaultRate;

    /// <summary>Whether whole units go, which makes the network faster, and not single weights.</summary>
    public bool Units { get; init; }

    public PruneControl Control { get; init; }

    /// <summary>Trainings before the last one.</summary>
    internal int Rounds => Math.Max(1, (int)Math.Ceiling((Math.Log(Keep) / Math.Log(1 - Rate)) - 1e-9));

    /// <summary>What each round leaves of what was left.</summary>
    internal double Left => Math.Pow(Keep, 1.0 / Rounds);

    internal static readonly OptionRanges<PruneOptions> Ranges = new()
    {
        { "--keep", options => options.Keep, OptionRange.Part },
        { "--rate", options => options.Rate, OptionRange.Part },
    };

    /// <summary>All epochs that a pruning has at most.</summary>
    internal int Epochs(TrainOptions options, int rows) => (Rounds + 1) * options.EpochsFor(rows);

    /// <exception cref="UsageException">A setting is out of range, or does not go with another.</exception>
    public void Check()
    {
        Ranges.Require(this);
        if (Units && Control == PruneControl.RandomMask)
        {
            throw new UsageException("--compare random-mask is given with --units, expected one: a mask is of single weights");
        }
    }
}

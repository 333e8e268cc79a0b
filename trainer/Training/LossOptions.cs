using ParquetPool.Errors;

namespace ParquetPool.Trainer.Training;

/// <summary>What rows and labels count in the loss.</summary>
internal sealed record LossOptions
{
    /// <summary>What a row of each class counts.</summary>
    public ClassWeights ClassWeights { get; init; }

    /// <summary>The share of every label that goes to all classes alike.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>γ of the focal loss: by (1 − p)^γ, rows that are predicted well count less. 0 for none.</summary>
    public float Focal { get; init; }

    internal static readonly OptionRanges<LossOptions> Ranges = new()
    {
        { "--label-smoothing", options => options.LabelSmoothing, OptionRange.ShareBelowOne },
        { "--focal", options => options.Focal, OptionRange.AtLeast(0) },
    };
}

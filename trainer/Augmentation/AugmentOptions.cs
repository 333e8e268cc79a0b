using ParquetPool.Errors;

namespace ParquetPool.Trainer.Augmentation;

/// <summary>How rows are altered before they are learnt from.</summary>
internal sealed record AugmentOptions
{
    public AugmentStrength Strength { get; init; }

    /// <summary>Whether pictures are never mirrored: digits and letters are others then.</summary>
    public bool NoFlip { get; init; }

    internal bool Alters => Strength != AugmentStrength.None;

    /// <summary>What the manifest says of it.</summary>
    internal string Text => $"{Strength.ToString().ToLowerInvariant()}{(NoFlip ? ", never mirrored" : "")}";

    /// <exception cref="UsageException">There is nothing that would be mirrored.</exception>
    internal void Check()
    {
        if (NoFlip && !Alters)
        {
            throw new UsageException("--no-flip is given without --augment light, medium or strong, expected both: rows that are not altered are not mirrored");
        }
    }
}

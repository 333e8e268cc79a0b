using ParquetPool.Errors;

namespace ParquetPool.Trainer.Augmentation;

/// <summary>How rows are altered before they are learnt from.</summary>
internal sealed record AugmentOptions
{
    public AugmentStrength Strength { get; init; }

    /// <summary>Whether pictures are never mirrored: digits and letters are others then.</summary>
    public bool NoFlip { get; init; }

    internal bool Alters => Strength != AugmentStrength.None;

    /// <summary>How many times the steps a training takes where nobody says so: no copy comes twice, and copies that are further from the rows take longer to learn from.</summary>
    /// <remarks>Of Fashion-MNIST with 250 labels strong copies lose 4 points to none at the same number of steps (three seeds), and gain 1 at four times as many, the last of them on the rows as they are (three seeds).</remarks>
    internal int StepsFactor => Strength switch { AugmentStrength.Medium => 2, AugmentStrength.Strong => 4, _ => 1 };

    /// <summary>The share of a training's epochs, its last, in which rows are left as they are.</summary>
    /// <remarks>Copies that are far from the rows leave layers that expect such copies, and what is predicted later is none: He et al. 2019, "Data augmentation revisited".</remarks>
    internal double UnalteredShare => Strength >= AugmentStrength.Medium ? 0.2 : 0;

    /// <summary>What the manifest says of it.</summary>
    internal string Text => $"{Strength.ToString().ToLowerInvariant()}{(NoFlip ? ", never mirrored" : "")}";

    /// <summary>The same with less, where it is more than <paramref name="most"/>.</summary>
    internal AugmentOptions NoStrongerThan(AugmentStrength most) => this with { Strength = (AugmentStrength)Math.Min((int)Strength, (int)most) };

    /// <exception cref="UsageException">There is nothing that would be mirrored.</exception>
    internal void Check()
    {
        if (NoFlip && !Alters)
        {
            throw new UsageException("--no-flip is given without --augment light, medium or strong, expected both: rows that are not altered are not mirrored");
        }
    }
}

namespace ParquetPool.Trainer.Augmentation;

/// <summary>How much the copies differ that a network learns from in place of the rows themselves.</summary>
public enum AugmentStrength
{
    /// <summary>The rows as they are.</summary>
    None,

    /// <summary>Pictures are shifted, cropped, scaled and mirrored; vectors have a little noise, texts lose a few words.</summary>
    Light,

    /// <summary>As light and further; pictures are changed in one more way, and some lose a patch.</summary>
    Medium,

    /// <summary>As medium and further; pictures are changed in two more ways, after RandAugment (Cubuk et al. 2020), and half of them lose a patch.</summary>
    Strong,
}

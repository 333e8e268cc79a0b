namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>What a network learns from.</summary>
public enum LearningMethod
{
    /// <summary>Labels alone.</summary>
    Supervised,

    /// <summary>Labels, and what a network trained before guesses of other rows: Xie et al. 2020.</summary>
    NoisyStudent,

    /// <summary>Labels, and the network's own guesses of other rows, mixed with each other: Berthelot et al. 2019.</summary>
    MixMatch,

    /// <summary>Labels, and what the network is sure of by a lightly altered copy, learnt by another copy: Sohn et al. 2020.</summary>
    FixMatch,

    /// <summary>Labels, and a generative model with a Gaussian a class, some of which have no labels: Willetts et al. 2019.</summary>
    GmDgm,

    /// <summary>The same with one Gaussian for all classes: Kingma et al. 2014.</summary>
    M2,
}

/// <summary>Whether rows and targets are mixed.</summary>
public enum MixupChoice
{
    /// <summary>Where there are labels enough; see <see cref="SemiSupervisedOptions.Mixes"/>.</summary>
    Auto,

    On,

    Off,
}

namespace ParquetPool.Trainer.Training;

/// <summary>How a gradient changes a parameter; see <see cref="Optimiser"/>.</summary>
public enum OptimiserKind
{
    /// <summary>Adam with decoupled weight decay: Loshchilov and Hutter 2019, algorithm 2.</summary>
    AdamW,

    /// <summary>Kingma and Ba 2015, algorithm 1.</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Gradients divided by the root of their mean square: Tieleman and Hinton 2012.</summary>
    RmsProp,
}

using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What a network's layers learn by where nobody has labelled a row. Not for two threads at a time.</summary>
/// <remarks>The same rows, steps and seed give the same weights to the last bit, in one go or gone on from a snapshot.</remarks>
internal interface IPretext : IDisposable
{
    /// <summary>Steps taken.</summary>
    int Steps { get; }

    /// <summary>A copy of all weights and running statistics by initializer, those that only learning needs among them.</summary>
    IReadOnlyDictionary<string, float[]> Weights { get; }

    /// <summary>One step.</summary>
    /// <param name="rows">Places of the rows among those that are learnt from.</param>
    /// <returns>The loss before it; where it is NaN or infinite nothing has been learned.</returns>
    double Step(ArraySegment<int> rows, float rate);

    /// <summary>How well it is learnt.</summary>
    PretextScore Measure();

    /// <summary>All that a run needs to go on from here, one of each graph that learns.</summary>
    IReadOnlyList<TrainingState> Snapshot(int epochs);

    /// <summary>Goes on from what <see cref="Snapshot"/> gave.</summary>
    void Resume(IReadOnlyList<TrainingState> states);
}

/// <summary>How well a pretext is learnt.</summary>
/// <param name="Loss">Of the rows that it is measured by.</param>
/// <param name="Share">In [0, 1]: what the reconstruction holds of how rows differ, the random labels remembered, the copies that have their own row nearest.</param>
/// <param name="IsEnough">Whether more steps would be for nothing.</param>
internal readonly record struct PretextScore(double Loss, double Share, bool IsEnough = false);

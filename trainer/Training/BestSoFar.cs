using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Training;

/// <summary>The epochs of a training so far, and the weights of the one that will be kept.</summary>
/// <param name="first">Before the first epoch.</param>
internal sealed class BestSoFar(TrainingState first)
{
    private readonly List<Epoch> history = [];

    /// <summary>Every epoch, in order.</summary>
    public IReadOnlyList<Epoch> History => history;

    /// <summary>Its number is 0 before the first.</summary>
    public Epoch Epoch { get; private set; }

    /// <summary>The state after <see cref="Epoch"/>.</summary>
    public TrainingState State { get; private set; } = first;

    /// <summary>An epoch has ended.</summary>
    /// <param name="isBetter">Whether its weights are to be kept, and not those before.</param>
    /// <param name="snapshot">Takes the state after it.</param>
    public void Add(Epoch epoch, bool isBetter, Func<int, TrainingState> snapshot)
    {
        history.Add(epoch);
        if (isBetter)
        {
            (Epoch, State) = (epoch, snapshot(epoch.Number));
        }
    }

    /// <summary>Writes all this and the state that the training goes on from.</summary>
    public void Write(BinaryWriter writer, TrainingState now)
    {
        writer.Write(history);
        writer.Write(Epoch.Number);
        writer.Write(State);
        writer.Write(now);
    }

    /// <summary>Takes the place of what <see cref="Write"/> wrote.</summary>
    /// <returns>The state that the training goes on from.</returns>
    public TrainingState Read(BinaryReader reader)
    {
        history.AddRange(reader.ReadEpochs());
        var best = reader.ReadInt32();
        (Epoch, State) = (best > 0 ? history[best - 1] : default, reader.ReadState());
        return reader.ReadState();
    }
}

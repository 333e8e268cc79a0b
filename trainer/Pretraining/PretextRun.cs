using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Passes of a pretext over its rows. The rate rises, then falls along half a cosine.</summary>
/// <param name="rows">That are learnt from.</param>
/// <param name="steps">The most, but for the rest of the last pass.</param>
/// <param name="batchRows">The most rows of a step.</param>
/// <param name="peak">The highest rate.</param>
/// <param name="constant">Whether all steps have it.</param>
internal sealed class PretextRun(IPretext pretext, int rows, int steps, int batchRows, ulong seed, float peak, bool constant)
{
    public const double WarmupShare = 0.05;

    /// <summary>Steps after which a pass is measured and kept.</summary>
    private const int MeasuredSteps = 50;

    private readonly BatchPlan batches = new(Batching.Balanced, batchRows);
    private readonly List<Epoch> history = [];
    private bool isEnough;

    /// <summary>Passes that there will be at most.</summary>
    public int Passes => (steps + StepsOfAPass - 1) / StepsOfAPass;

    public int StepsOfAPass => batches.Count(rows);

    /// <summary>Passes ended.</summary>
    public int Ended => history.Count > 0 ? history[^1].Number : 0;

    /// <summary>Whether there is nothing more to do.</summary>
    public bool IsDone => isEnough || Ended == Passes;

    /// <summary>The passes that were measured: loss of the steps, loss and share of what is measured.</summary>
    public IReadOnlyList<Epoch> History => history;

    /// <summary>The pass after which is measured next.</summary>
    public int Next => Math.Min(Passes, Ended + ((MeasuredSteps + StepsOfAPass - 1) / StepsOfAPass));

    /// <summary>Learns up to <see cref="Next"/> and measures.</summary>
    /// <exception cref="DataException">The training diverged, or there is too little memory.</exception>
    public void Advance(Action<long> advance, CancellationToken stopping) =>
        history.Add(TorchMemory.Guarded(() => Learn(advance, stopping), "use a smaller --network, or narrower columns"));

    /// <summary>Goes on from what <see cref="Write(BinaryWriter)"/> wrote.</summary>
    public void Read(BinaryReader reader)
    {
        isEnough = reader.ReadBoolean();
        var before = reader.ReadEpochs();
        TrainingState[] states = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadState())];
        history.AddRange(before);
        pretext.Resume(states);
    }

    /// <summary>Writes how far it has come.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(isEnough);
        writer.Write(history);
        var states = pretext.Snapshot(Ended);
        writer.Write(states.Count);
        foreach (var state in states)
        {
            writer.Write(state);
        }
    }

    private Epoch Learn(Action<long> advance, CancellationToken stopping)
    {
        var rate = new LearningRate(peak, (int)(Passes * StepsOfAPass * WarmupShare), Passes * StepsOfAPass);
        var (first, last, loss, lastRate) = (Ended + 1, Next, 0.0, 0f);
        for (var pass = first; pass <= last; pass++)
        {
            foreach (var batch in batches.Epoch(rows, seed, pass))
            {
                stopping.ThrowIfCancellationRequested();
                lastRate = constant ? peak : rate.At(pretext.Steps);
                var step = pretext.Step(batch, lastRate);
                loss += double.IsFinite(step) ? step * batch.Count / ((double)rows * (last - first + 1))
                    : throw new DataException(string.Create(CultureInfo.InvariantCulture, $"the training diverged at step {pretext.Steps + 1} (loss {step}): look for features of very different sizes, or use another --seed"));
                advance(1);
            }
        }
        var score = pretext.Measure();
        isEnough = score.IsEnough;
        return new Epoch(last, lastRate, loss, score.Loss, score.Share);
    }
}

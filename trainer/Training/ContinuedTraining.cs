using ParquetPool.Errors;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>A trained network that goes on learning as labels come in: warm weights, warm optimiser. Not for two threads at a time.</summary>
/// <remarks>
/// The loss prediction, where there is one, learns but no longer shapes the network. The rate is constant and nothing stops early: a round is a few passes over all rows, old and new, and its last weights are kept. A
/// training continued from its <see cref="TrainedNetwork.State"/>, in this process or another, gives the bytes of one that never stopped.
/// With <see cref="TrainOptions.FreezeBatchNorm"/>, running statistics, scales and biases of batch normalisations keep their bits.
/// </remarks>
internal sealed class ContinuedTraining : IDisposable
{
    private readonly TrainOptions options;
    private readonly Classifier classifier;
    private TrainedNetwork last;

    /// <param name="start">What to go on from.</param>
    /// <param name="options">How; network and epochs are those of <paramref name="start"/> and <see cref="TrainOptions.EpochsPerRound"/>.</param>
    /// <exception cref="UsageException">An option is out of range, the optimiser is another, or the device is not there.</exception>
    public ContinuedTraining(TrainedNetwork start, TrainOptions options)
    {
        options.Check();
        if (start.State.Optimiser != options.Steps.Optimiser)
        {
            throw new UsageException($"--optimiser is {NameOf(options.Steps.Optimiser)}, the round before was trained with {NameOf(start.State.Optimiser)}, whose memory is another: give --optimiser {NameOf(start.State.Optimiser)}, or train from scratch without --epochs-per-round");
        }
        (this.options, last) = (options, start);
        classifier = TorchMemory.Guarded(() => new Classifier(start.Network, start.Set.Classes.Count, options, options.FreezeBatchNorm), options.LessMemory);
        classifier.Resume(start.State);
    }

    /// <summary>One round: <see cref="TrainOptions.EpochsPerRound"/> passes over the rows of <paramref name="set"/>.</summary>
    /// <param name="set">All rows to learn from, those of earlier rounds among them; its classes and columns are those of the start. There may be no hold-out.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <exception cref="DataException">The training diverged, or there is too little memory.</exception>
    public TrainedNetwork Learn(TrainingSet set, Action<Epoch>? ended = null, CancellationToken stopping = default)
    {
        TokenIds.Require(last.Network, set);
        var loop = new EpochLoop(classifier, set, options, TrainRun.AugmenterOf(last.Network, set, options), _ => options.Steps.LearningRate, shapingEpochs: 0);
        var history = new List<Epoch>();
        for (var epoch = 1; epoch <= options.EpochsPerRound; epoch++)
        {
            history.Add(Learn(loop, last.State.Epochs + epoch, stopping));
            ended?.Invoke(history[^1]);
        }
        var state = last.State.Then(classifier.Snapshot(history[^1].Number));
        return last = TrainedNetwork.Of(new Trainee(last.Network, classifier, set, options), state, history, history[^1], RecipeOf(loop.Draws));
    }

    /// <summary>The logits of <paramref name="rows"/> as of the last round, [row, class], dropout off.</summary>
    public float[] Logits(IReadOnlyList<LabelledRow> rows) => classifier.Logits(rows);

    /// <inheritdoc/>
    public void Dispose() => classifier.Dispose();

    private Epoch Learn(EpochLoop loop, int number, CancellationToken stopping)
    {
        try
        {
            return TorchMemory.Guarded(() => loop.Learn(number, stopping), options.LessMemory);
        }
        catch (DivergedException e)
        {
            throw new DataException(e.Message, e);
        }
    }

    private static string NameOf(OptimiserKind kind) => kind.ToString().ToLowerInvariant();

    private Dictionary<string, string> RecipeOf(RowDraws? draws)
    {
        var recipe = last.Recipe.Where(r => !Recipe.Optional.Contains(r.Key)).ToDictionary();
        foreach (var (name, value) in Recipe.Of(options, Recipe.Text($"{options.Steps.LearningRate}")))
        {
            recipe[name] = value;
        }
        recipe["maxEpochs"] = Recipe.Text($"{options.EpochsPerRound}, continued from the round before");
        if (draws is not null)
        {
            recipe[Recipe.Sampler] = draws.Text;
        }
        recipe["batchNorm"] = options.FreezeBatchNorm ? "frozen" : "learning";
        return recipe;
    }
}

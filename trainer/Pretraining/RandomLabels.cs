using ParquetPool.Randomness;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The layers and a head learn labels of chance by heart: Pondenkandath et al. 2018. A control, for there is nothing in the labels to understand.</summary>
internal sealed class RandomLabels : IPretext
{
    /// <summary>Learnt by heart is what is right for this share of the rows.</summary>
    public const double Enough = 0.99;

    private readonly PretrainData data;
    private readonly int classes;
    private readonly GraphTrainer trainer;

    public RandomLabels(PretrainData data, BodyPlan plan, int batchRows, PretrainRequest request)
    {
        (this.data, classes) = (data, request.RandomClasses);
        var draws = new PhiloxStream(request.Seed, Purpose.RandomLabels);
        Labels = [.. data.Training.Select(_ => draws.Below(classes))];
        var network = plan.WithHead(classes);
        trainer = new GraphTrainer(network, batchRows, new() { Seed = request.Seed, Device = request.Device });
    }

    /// <summary>[row]: its label, even over the classes.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> Weights => trainer.Weights;

    /// <inheritdoc/>
    public double Step(ArraySegment<int> rows, float rate)
    {
        var targets = new float[rows.Count * classes];
        for (var i = 0; i < rows.Count; i++)
        {
            targets[(i * classes) + Labels[rows[i]]] = 1;
        }
        float[][] features = [.. rows.Select(row => data.Training[row])];
        return trainer.Step(
            pass => default(CrossEntropy).Of(trainer.Forward(trainer.Inputs(features), [Network.Logits], pass)[0], trainer.Tensor(targets, rows.Count, classes)).mean(),
            rate);
    }

    /// <inheritdoc/>
    public PretextScore Measure()
    {
        var (logits, loss, right) = (trainer.Predict(data.Training, Network.Logits), 0.0, 0);
        for (var row = 0; row < Labels.Count; row++)
        {
            var score = RowScore.Of(logits.AsSpan(row * classes, classes), Labels[row]);
            (loss, right) = (loss + score.Loss, right + (score.IsRight ? 1 : 0));
        }
        var share = (double)right / Labels.Count;
        return new PretextScore(loss / Labels.Count, share, share >= Enough);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingState> Snapshot(int epochs) => [trainer.Snapshot(epochs)];

    /// <inheritdoc/>
    public void Resume(IReadOnlyList<TrainingState> states) => trainer.Resume(states[0]);

    /// <inheritdoc/>
    public void Dispose() => trainer.Dispose();
}

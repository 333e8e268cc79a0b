using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>A trained network as the scorer sees it.</summary>
/// <param name="threads">For predicting; changes nothing.</param>
internal sealed class Predictor(RehearsalData data, TrainedNetwork trained, int threads)
{
    private readonly ModelPackage package = new("the rehearsed model", trained.Network.Forward, Sha256: "", Manifest: null);

    private readonly FeatureInput[] inputs =
        [.. trained.Network.Inputs.Select(i => new FeatureInput(i.Name, [.. i.Columns.Select(name => data.Columns.Single(c => c.Name == name))], i.Dims))];

    /// <summary>The rows to label next.</summary>
    /// <param name="passes">Members of the committee; 0 for a single prediction.</param>
    /// <param name="labelled">[row]: not to be chosen.</param>
    public IReadOnlyList<int> Choose(int passes, SelectOptions options, IReadOnlyList<bool> labelled, CancellationToken stopping) =>
        Query().Choose(package, passes, options, labelled, stopping);

    /// <summary>The rows with the highest true loss.</summary>
    /// <param name="sign">-1 for the lowest.</param>
    public IReadOnlyList<int> ChooseByLoss(int sign, int top, ulong seed, IReadOnlyList<bool> labelled, CancellationToken stopping) =>
        Query().Highest([.. Losses(stopping).Select(loss => sign * loss)], top, seed, labelled, stopping);

    /// <summary>[row of the pool]: the yes/no question that is worth most; null where none is.</summary>
    /// <param name="open">[row]: the classes left open; null for all.</param>
    public RowQuestion?[] Questions(QuestionValues values, int passes, ulong seed, IReadOnlyList<int[]?> open, CancellationToken stopping)
    {
        using var committee = Committee.Compile(package, inputs, passes, seed);
        return data.Pool.Rows.Questions(committee, values, open, threads, stopping);
    }

    /// <summary>[row of the pool, class], dropout off.</summary>
    public float[] Probabilities(CancellationToken stopping) => Probabilities(data.Pool, stopping);

    /// <summary>[row of the pool]: the scores of a committee.</summary>
    public double[] Scores(int passes, ScoreColumn by, ulong seed, CancellationToken stopping)
    {
        using var committee = Committee.Compile(package, inputs, passes, seed, predictLosses: by == ScoreColumn.PredictedLoss);
        by.Require(committee.PredictsLosses);
        return data.Pool.Rows.Score(committee, by, threads, stopping).Scores;
    }

    /// <summary>How well the network predicts the test rows, dropout off, and the classes it predicts, [row].</summary>
    public (TestScore Score, int[] Predicted) Test(CancellationToken stopping)
    {
        var (probabilities, classes) = (Probabilities(data.Test, stopping), data.Test.Classes.Count);
        return (
            TestScore.Of(probabilities, data.Test.ClassOf, classes, trained.Calibration?.Single?.Temperature),
            [.. data.Test.ClassOf.Select((_, row) => TensorPrimitives.IndexOfMax(probabilities.AsSpan(row * classes, classes)))]);
    }

    /// <summary>[row of the pool]: the true cross-entropy, dropout off, in nats; NaN where the label is unknown.</summary>
    public double[] Losses(CancellationToken stopping)
    {
        var probabilities = Probabilities(data.Pool, stopping);
        return [.. data.Pool.ClassOf.Select((c, row) => c < 0 ? double.NaN : -Math.Log(Math.Max(float.Epsilon, probabilities[(row * data.Pool.Classes.Count) + c])))];
    }

    private ResidentQuery Query() => new(data.Pool.Rows, [.. data.Pool.ClassOf.Select(c => c >= 0)], inputs, threads, data.Test.Rows);

    private float[] Probabilities(Oracle rows, CancellationToken stopping)
    {
        using var single = Committee.Compile(package, inputs, passes: 0, seed: 0);
        return rows.Rows.Probabilities(single, threads, stopping);
    }
}

using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Differentiation;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Differentiation;

public class LossesTests
{
    private static readonly float[] Predictions = [1, 2, -1, 0.5f, 0, 3, -2, 1, 1];
    private static readonly float[] Targets = [0.7f, 0.2f, 0.1f, 0, 1, 0, 1, 0, 0];
    private static readonly float[] Weights = [1, 0.5f, 3];

    [Theory]
    [InlineData(20)]
    [InlineData(17)]
    public void Softmax_cross_entropy_matches_double_arithmetic(int opset)
    {
        double CrossEntropy(double[] logits, double[] target)
        {
            var total = Math.Log(logits.Sum(Math.Exp));
            return -logits.Zip(target, (z, t) => t * (z - total)).Sum();
        }
        Loss(Losses.SoftmaxCrossEntropy, opset).Should().BeApproximately(WeightedMean(CrossEntropy), 1e-6);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(17)]
    public void Mean_squared_error_matches_double_arithmetic(int opset) =>
        Loss(Losses.MeanSquaredError, opset).Should().BeApproximately(WeightedMean((p, t) => p.Zip(t, (a, b) => (a - b) * (a - b)).Average()), 1e-6);

    [Fact]
    public void Normalised_cross_entropy_matches_double_arithmetic()
    {
        float[] partners = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0];
        float[] rows = [1, 2, -1, 0.5f, 1, 0, -2, 1, 1, 0.3f, -1, 2];
        double[][] unit = [.. Enumerable.Range(0, 4).Select(r => Row(rows, r)).Select(v => Array.ConvertAll(v, x => x / Math.Sqrt(v.Sum(y => y * y))))];
        double Similarity(int a, int b) => unit[a].Zip(unit[b], (x, y) => x * y).Sum() / 0.2;
        var expected = Enumerable.Range(0, 4).Average(r => Math.Log(Enumerable.Range(0, 4).Where(o => o != r).Sum(o => Math.Exp(Similarity(r, o)))) - Similarity(r, r ^ 1));

        var g = new GraphBuilder("loss");
        var (x, p) = (g.Input("x", DataType.Float, -1, 3), g.Input("p", DataType.Float, -1, -1));
        g.Output(Losses.NormalisedCrossEntropy(g, Losses.Normalise(g, x), p, 0.2f), "loss", DataType.Float);
        using var session = new ModelSession(g.Model);
        using var values = TensorBuffer.Over(rows, 4, 3);
        using var pairs = TensorBuffer.Over(partners, 4, 4);

        session.Run(new Dictionary<string, TensorBuffer> { ["x"] = values, ["p"] = pairs })["loss"].Values[0].Should().BeApproximately((float)expected, 1e-5f);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0, 0, 0)]
    public void Cross_entropy_of_the_rows_that_are_there_leaves_the_others_out(params int[] there)
    {
        double CrossEntropy(int row) => -Row(Predictions, row).Zip(Row(Targets, row), (z, t) => t * (z - Math.Log(Row(Predictions, row).Sum(Math.Exp)))).Sum();
        var total = there.Zip(Weights, (t, w) => t * (double)w).Sum();
        var expected = total == 0 ? 0 : Enumerable.Range(0, 3).Sum(r => there[r] * Weights[r] * CrossEntropy(r)) / total;
        (string Loss, string Any) Present(GraphBuilder g, string p, string t, string w) =>
            Losses.PresentCrossEntropy(g, p, t, w, g.Constant("there", [.. there.Select(x => (float)x)], 3, 1));

        Loss((g, p, t, w) => Present(g, p, t, w).Loss, opset: 20).Should().BeApproximately(expected, 1e-6);
        Loss((g, p, t, w) => Present(g, p, t, w).Any, opset: 20).Should().Be(total > 0 ? 1 : 0);
    }

    [Fact]
    public void Losses_weighed_by_uncertainty_match_double_arithmetic()
    {
        double[] losses = [2.3, 0.1, 5];
        double[] logVariances = [1.1, -2, 0.4];
        var expected = Enumerable.Range(0, 2).Sum(i => (losses[i] / Math.Exp(logVariances[i])) + Math.Log(Math.Sqrt(Math.Exp(logVariances[i]))));

        Loss((g, _, _, _) => Losses.WeightedByUncertainty(
            g,
            [(g.Scalar(2.3f), null), (g.Scalar(0.1f), g.Scalar(1)), (g.Scalar(5), g.Scalar(0))],
            g.Constant("s", [.. logVariances.Select(s => (float)s)], 3)), opset: 20).Should().BeApproximately(expected, 1e-5);
    }

    [Fact]
    public void Ranking_of_pairs_matches_double_arithmetic_and_leaves_equal_losses_out()
    {
        double[] predictions = [0.5, -1, 2, 0.1];
        double[] losses = [1, 3, 1, 0.2];
        var pairs = from i in Enumerable.Range(0, 4)
                    from j in Enumerable.Range(0, 4)
                    where losses[i] > losses[j]
                    select Math.Max(0, 1 - (predictions[i] - predictions[j]));
        double Ranking(double[] predicted, double[] of) => Loss(
            (g, _, _, _) => Losses.PairRanking(g, g.Constant("p", [.. predicted.Select(p => (float)p)], predicted.Length, 1), g.Constant("l", [.. of.Select(l => (float)l)], of.Length), 1), opset: 20);

        Ranking(predictions, losses).Should().BeApproximately(pairs.Average(), 1e-6);
        Ranking([0.5], [1]).Should().Be(0, "one row is no pair");
        Ranking([0.5, 3], [1, 1]).Should().Be(0, "equal losses say nothing");
        Ranking([0.5, 3], [1, 2]).Should().Be(0, "the order is right by more than the margin");
    }

    private static double WeightedMean(Func<double[], double[], double> loss) => Enumerable.Range(0, Weights.Length)
        .Sum(r => Weights[r] * loss(Row(Predictions, r), Row(Targets, r))) / Weights.Sum(w => (double)w);

    private static double[] Row(float[] values, int row) => [.. values.Skip(row * 3).Take(3).Select(v => (double)v)];

    private static double Loss(Func<GraphBuilder, string, string, string, string> loss, int opset)
    {
        var g = new GraphBuilder("loss", opset);
        var (p, t, w) = (g.Input("p", DataType.Float, -1, 3), g.Input("t", DataType.Float, -1, 3), g.Input("w", DataType.Float, -1));
        g.Output(loss(g, p, t, w), "loss", DataType.Float);
        using var session = new ModelSession(g.Model);
        using var predictions = TensorBuffer.Over(Predictions, 3, 3);
        using var targets = TensorBuffer.Over(Targets, 3, 3);
        using var weights = TensorBuffer.Over(Weights, 3);
        return session.Run(new Dictionary<string, TensorBuffer> { ["p"] = predictions, ["t"] = targets, ["w"] = weights })["loss"].Values[0];
    }
}

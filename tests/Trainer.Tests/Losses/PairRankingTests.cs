using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class PairRankingTests
{
    private static readonly double[] Predictions = [0.5, -1, 2, 0.1];
    private static readonly double[] Losses = [1, 3, 1, 0.2];

    [Fact]
    public void Ranking_matches_double_arithmetic_and_leaves_equal_losses_out()
    {
        var pairs = from i in Enumerable.Range(0, 4)
                    from j in Enumerable.Range(0, 4)
                    where Losses[i] > Losses[j]
                    select Math.Max(0, 1 - (Predictions[i] - Predictions[j]));

        Ranking(Predictions, Losses).Should().BeApproximately(pairs.Average(), 1e-12);
        Ranking([0.5], [1]).Should().Be(0, "one row is no pair");
        Ranking([0.5, 3], [1, 1]).Should().Be(0, "equal losses say nothing");
        Ranking([0.5, 3], [1, 2]).Should().Be(0, "the order is right by more than the margin");
    }

    [Fact]
    public void Gradients_match_finite_differences_and_none_reaches_the_losses()
    {
        Numbers.CheckGradient(x => PairRanking.Of(x, Numbers.Tensor(Losses, 4), 1), Predictions, 4, 1);
        using var scope = torch.NewDisposeScope();
        var losses = Numbers.Tensor(Losses, 4).requires_grad_();

        PairRanking.Of(Numbers.Tensor(Predictions, 4, 1), losses, 1).requires_grad.Should().BeFalse();
    }

    private static double Ranking(double[] predictions, double[] losses)
    {
        using var scope = torch.NewDisposeScope();
        return PairRanking.Of(Numbers.Tensor(predictions, predictions.Length, 1), Numbers.Tensor(losses, losses.Length), 1).item<double>();
    }
}

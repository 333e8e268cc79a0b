using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class MeansTests
{
    private static readonly double[] Values = [0.3, 2, -1];
    private static readonly double[] Weights = [1, 0.5, 3];

    [Fact]
    public void A_weighted_mean_is_one()
    {
        using var scope = torch.NewDisposeScope();

        Means.Weighted(Numbers.Tensor(Values, 3), Numbers.Tensor(Weights, 3)).item<double>().Should().BeApproximately((0.3 + 1 - 3) / 4.5, 1e-12);
        Numbers.CheckGradient(x => Means.Weighted(x, Numbers.Tensor(Weights, 3)), Values, 3);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0, 0, 0)]
    public void Rows_that_are_not_there_count_for_nothing(params int[] there)
    {
        using var scope = torch.NewDisposeScope();
        var presence = Numbers.Tensor(Array.ConvertAll(there, t => (double)t), 3, 1);
        var total = there.Zip(Weights, (t, w) => t * w).Sum();

        var (mean, any) = Means.Present(Numbers.Tensor(Values, 3), Numbers.Tensor(Weights, 3), presence);

        mean.item<double>().Should().BeApproximately(total == 0 ? 0 : Enumerable.Range(0, 3).Sum(i => there[i] * Weights[i] * Values[i]) / total, 1e-12);
        any.item<double>().Should().Be(total > 0 ? 1 : 0);
        Numbers.CheckGradient(x => Means.Present(x, Numbers.Tensor(Weights, 3), presence).Mean, Values, 3);
    }
}

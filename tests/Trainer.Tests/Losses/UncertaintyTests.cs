using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class UncertaintyTests
{
    private static readonly double[] Losses = [2.3, 0.1, 5];
    private static readonly double[] LogVariances = [1.1, -2, 0.4];
    private static readonly double[] Counts = [1, 1, 0];

    [Fact]
    public void Weighed_losses_match_double_arithmetic()
    {
        using var scope = torch.NewDisposeScope();
        var expected = Enumerable.Range(0, 2).Sum(i => (Losses[i] / Math.Exp(LogVariances[i])) + Math.Log(Math.Sqrt(Math.Exp(LogVariances[i]))));

        Uncertainty.Weigh(Numbers.Tensor(Losses, 3), Numbers.Tensor(Counts, 3), Numbers.Tensor(LogVariances, 3)).item<double>().Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void Gradients_match_finite_differences()
    {
        Numbers.CheckGradient(x => Uncertainty.Weigh(Numbers.Tensor(Losses, 3), Numbers.Tensor(Counts, 3), x), LogVariances, 3);
        Numbers.CheckGradient(x => Uncertainty.Weigh(x, Numbers.Tensor(Counts, 3), Numbers.Tensor(LogVariances, 3)), Losses, 3);
    }
}

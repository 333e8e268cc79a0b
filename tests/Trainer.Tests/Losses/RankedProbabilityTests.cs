using ParquetPool.Trainer.Losses;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Losses;

public class RankedProbabilityTests
{
    private static readonly double[] Grades = [3, 1, 10, 4]; // Steps of 2, 1 and 6.
    private static readonly double[] Logits = [0.5, -1, 0.2, 1, 0, 2, -3, 0.1];

    [Fact]
    public void It_is_the_integral_of_the_squared_difference_of_the_distribution_functions()
    {
        using var scope = torch.NewDisposeScope();
        double[] found = [.. Of(Numbers.Tensor(Logits, 2, 4)).data<double>()];

        for (var row = 0; row < 2; row++)
        {
            double[] weights = [.. Numbers.Row(Logits, 4, row).Select(Math.Exp)];
            var expected = Enumerable.Range(0, 900).Sum(i =>
            {
                var at = 1 + ((i + 0.5) / 100);
                double Share(Func<int, double> of) => Enumerable.Range(0, 4).Where(c => Grades[c] <= at).Sum(of);
                return Math.Pow(Share(c => weights[c] / weights.Sum()) - Share(c => Wanted[(4 * row) + c]), 2) / 100;
            });
            found[row].Should().BeApproximately(expected, 1e-6);
        }
    }

    [Fact]
    public void Gradients_match_finite_differences() => Numbers.CheckGradient(x => Of(x).sum(), Logits, 2, 4);

    private static double[] Wanted => [0, 0, 1, 0, 1, 0, 0, 0];

    private static Tensor Of(Tensor logits) =>
        RankedProbability.Of(logits, Numbers.Tensor(Wanted, 2, 4), Numbers.Tensor([.. RankedProbability.Below(Grades).Select(v => (double)v)], 4, 3));
}

using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class ElboTests
{
    private static readonly double[] Mean = [0.3, -1.2, 0.8, 0.1];

    private static readonly double[] LogVariance = [-0.5, 0.2, 0.4, -1.1];

    private static readonly double[] PriorMean = [1, 0, -0.4, 0.6];

    private static readonly double[] PriorLogVariance = [0.3, -0.7, 0, 0.9];

    private static readonly double[] Bounds = [-3, -1.5, -2, -7, -4, -6.5];

    private static readonly double[] Logits = [0.2, 1.1, -0.4, 2, 0.5, -1];

    [Fact]
    public void The_divergence_is_the_mean_over_a_fine_grid_of_the_difference_of_log_densities()
    {
        using var scope = torch.NewDisposeScope();

        var found = Elbo.Divergence(Numbers.Tensor(Mean, 2, 2), Numbers.Tensor(LogVariance, 2, 2), Numbers.Tensor(PriorMean, 2, 2), Numbers.Tensor(PriorLogVariance, 2, 2)).data<double>().ToArray();

        for (var row = 0; row < 2; row++)
        {
            found[row].Should().BeApproximately(Integral(2 * row) + Integral((2 * row) + 1), 1e-6);
        }
        Numbers.CheckGradient(x => Elbo.Divergence(x, x.neg(), x.mul(x), x.abs()).sum(), Mean, 2, 2);

        static double Integral(int at)
        {
            const double Step = 1e-3;
            var sum = 0.0;
            for (var x = -12.0; x < 12; x += Step)
            {
                var own = LogDensity(x, Mean[at], LogVariance[at]);
                sum += Step * Math.Exp(own) * (own - LogDensity(x, PriorMean[at], PriorLogVariance[at]));
            }
            return sum;
        }
    }

    [Fact]
    public void The_likelihood_is_the_sum_of_log_densities()
    {
        using var scope = torch.NewDisposeScope();

        var found = Elbo.LogLikelihood(Numbers.Tensor(Mean, 2, 2), Numbers.Tensor(PriorMean, 2, 2), Numbers.Tensor([-0.3], 1)).data<double>().ToArray();

        found.Zip(Enumerable.Range(0, 2).Select(row => LogDensity(Mean[2 * row], PriorMean[2 * row], -0.3) + LogDensity(Mean[(2 * row) + 1], PriorMean[(2 * row) + 1], -0.3)))
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        Numbers.CheckGradient(x => Elbo.LogLikelihood(Numbers.Tensor(Mean, 2, 2), x, x.sum().reshape(1)).sum(), PriorMean, 2, 2);
    }

    [Fact]
    public void A_row_of_unknown_class_is_tried_as_each()
    {
        using var scope = torch.NewDisposeScope();

        var found = Elbo.OverClasses(Numbers.Tensor(Bounds, 2, 3), Numbers.Tensor(Logits, 2, 3)).data<double>().ToArray();

        for (var row = 0; row < 2; row++)
        {
            double[] powers = [.. Numbers.Row(Logits, 3, row).Select(Math.Exp)];
            double[] q = [.. powers.Select(power => power / powers.Sum())];
            found[row].Should().BeApproximately(q.Zip(Numbers.Row(Bounds, 3, row), (share, bound) => share * (bound - Math.Log(share))).Sum(), 1e-12);
        }
        Numbers.CheckGradient(x => Elbo.OverClasses(x.mul(x), x).sum(), Logits, 2, 3);
    }

    /// <summary>No distribution over classes has a greater bound than softmax(bounds), whose bound is ln Σ e^bound.</summary>
    [Fact]
    public void The_bound_is_greatest_at_the_classes_own_posterior()
    {
        using var scope = torch.NewDisposeScope();

        var (best, other) = (Elbo.OverClasses(Numbers.Tensor(Bounds, 2, 3), Numbers.Tensor(Bounds, 2, 3)).data<double>().ToArray(), Elbo.OverClasses(Numbers.Tensor(Bounds, 2, 3), Numbers.Tensor(Logits, 2, 3)).data<double>().ToArray());

        for (var row = 0; row < 2; row++)
        {
            best[row].Should().BeApproximately(Math.Log(Numbers.Row(Bounds, 3, row).Sum(Math.Exp)), 1e-12).And.BeGreaterThan(other[row]);
        }
    }

    private static double LogDensity(double x, double mean, double logVariance) => -0.5 * ((Math.Pow(x - mean, 2) / Math.Exp(logVariance)) + logVariance + Math.Log(2 * Math.PI));
}

using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class CrossEntropyTests
{
    private const int Classes = 3;
    private static readonly double[] Logits = [1, 2, -1, 0.5, 0, 3, -2, 1, 1];
    private static readonly double[] Targets = [0.7, 0.2, 0.1, 0, 1, 0, 0, 0, 0];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1f, 0)]
    [InlineData(0, 2)]
    [InlineData(0.1f, 0.5f)]
    public void Each_row_matches_double_arithmetic(float smoothing, float focus)
    {
        using var scope = torch.NewDisposeScope();

        var found = new CrossEntropy(smoothing, focus).Of(Numbers.Tensor(Logits, 3, Classes), Numbers.Tensor(Targets, 3, Classes)).data<double>().ToArray();

        for (var row = 0; row < 3; row++)
        {
            var (logits, targets) = (Numbers.Row(Logits, Classes, row), Numbers.Row(Targets, Classes, row));
            var p = Array.ConvertAll(logits, z => Math.Exp(z) / logits.Sum(Math.Exp));
            var expected = -targets.Zip(p, (t, q) => (((1 - smoothing) * t) + (smoothing * targets.Sum() / Classes)) * Math.Pow(1 - q, focus) * Math.Log(q)).Sum();
            found[row].Should().BeApproximately(expected, 1e-7);
        }
        found[2].Should().Be(0, "the row has no label");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1f, 2)]
    [InlineData(0, 0.5f)]
    public void Gradients_match_finite_differences(float smoothing, float focus) =>
        Numbers.CheckGradient(x => new CrossEntropy(smoothing, focus).Of(x, Numbers.Tensor(Targets, 3, Classes)).sum(), Logits, 3, Classes);

    [Fact]
    public void A_class_that_is_certain_has_a_finite_gradient()
    {
        using var scope = torch.NewDisposeScope();
        var logits = torch.tensor([100f, -100f], 1, 2).requires_grad_();

        new CrossEntropy(Focus: 0.5f).Of(logits, torch.tensor([1f, 0f], 1, 2)).sum().backward();

        logits.grad!.data<float>().ToArray().Should().OnlyContain(g => float.IsFinite(g));
    }

    [Fact]
    public void Focus_counts_rows_that_are_predicted_well_less()
    {
        using var scope = torch.NewDisposeScope();
        var (logits, targets) = (Numbers.Tensor([3, 0, 0, 3], 2, 2), Numbers.Tensor([1, 0, 1, 0], 2, 2));

        var (plain, focal) = (default(CrossEntropy).Of(logits, targets).data<double>().ToArray(), new CrossEntropy(Focus: 2).Of(logits, targets).data<double>().ToArray());

        (focal[0] / plain[0]).Should().BeLessThan(0.01);
        (focal[1] / plain[1]).Should().BeGreaterThan(0.9);
    }
}

using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class GuessesTests
{
    private static readonly double[] Logits = [1, 2, -1, 0.5, 0.5, 0];

    private static readonly double[] Targets = [0.2, 0.7, 0.1, 1, 0, 0];

    [Fact]
    public void Sharpening_raises_to_one_over_T_and_divides_by_the_sum()
    {
        using var scope = torch.NewDisposeScope();

        var sharpened = Guesses.Sharpened(Numbers.Tensor(Targets, 2, 3), 0.5).data<double>().ToArray();

        // 0.04, 0.49, 0.01 of 0.54.
        sharpened.Zip([0.04 / 0.54, 0.49 / 0.54, 0.01 / 0.54, 1, 0, 0]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        Guesses.Sharpened(Numbers.Tensor(Targets, 2, 3), 1).data<double>().ToArray().Zip(Targets).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    }

    [Fact]
    public void What_is_missed_is_the_mean_square_over_rows_and_classes()
    {
        using var scope = torch.NewDisposeScope();
        var expected = Enumerable.Range(0, 2).Sum(row =>
        {
            var shares = Array.ConvertAll(Numbers.Row(Logits, 3, row), Math.Exp);
            return shares.Zip(Numbers.Row(Targets, 3, row), (share, target) => Math.Pow((share / shares.Sum()) - target, 2)).Sum();
        }) / 6;

        Guesses.Missed(Numbers.Tensor(Logits, 2, 3), Numbers.Tensor(Targets, 2, 3)).item<double>().Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void Gradients_match_finite_differences_and_none_passes_to_the_guess()
    {
        Numbers.CheckGradient(x => Guesses.Missed(x, Numbers.Tensor(Targets, 2, 3)), Logits, 2, 3);

        using var scope = torch.NewDisposeScope();
        var guess = Numbers.Tensor(Targets, 2, 3).requires_grad_();
        Guesses.Missed(Numbers.Tensor(Logits, 2, 3).requires_grad_(), guess).backward();
        (guess.grad is null).Should().BeTrue();
    }
}

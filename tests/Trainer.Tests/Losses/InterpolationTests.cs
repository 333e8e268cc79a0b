using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class InterpolationTests
{
    private static readonly double[] Values = [1, 2, 3, -4];

    private static readonly double[] Others = [5, 0, -1, 2];

    private static readonly double[] Shares = [0.25, 0.4];

    private static readonly double[] Guesses = [0.3, -0.1];

    [Fact]
    public void A_mixture_has_the_share_of_a_row_and_the_rest_of_the_other()
    {
        using var scope = torch.NewDisposeScope();

        var mixed = Interpolation.Mixed(Numbers.Tensor(Values, 2, 2), Numbers.Tensor(Others, 2, 2), Numbers.Tensor(Shares, 2, 1)).data<double>().ToArray();

        mixed.Zip([(0.25 * 1) + (0.75 * 5), 0.25 * 2, (0.4 * 3) - 0.6, (0.4 * -4) + (0.6 * 2)]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    }

    [Fact]
    public void The_autoencoder_pays_half_of_the_guess_squared_besides_what_it_misses()
    {
        using var scope = torch.NewDisposeScope();

        var loss = Interpolation.OfCoder(Numbers.Tensor([0.7], 1).sum(), Numbers.Tensor(Guesses, 2, 1)).item<double>();

        loss.Should().BeApproximately(0.7 + (0.5 * ((0.3 * 0.3) + (0.1 * 0.1)) / 2), 1e-12);
        Numbers.CheckGradient(x => Interpolation.OfCoder(x.Squared().mean(), x), Guesses, 2, 1);
    }

    [Fact]
    public void The_critic_is_to_guess_the_share_of_mixtures_and_none_of_rows()
    {
        using var scope = torch.NewDisposeScope();
        var (shares, real) = (Numbers.Tensor(Shares, 2, 1), Numbers.Tensor([0.2, -0.4], 2, 1));

        var loss = Interpolation.OfCritic(Numbers.Tensor(Guesses, 2, 1), shares, real).item<double>();

        loss.Should().BeApproximately(((0.05 * 0.05) + (0.5 * 0.5) + (0.2 * 0.2) + (0.4 * 0.4)) / 2, 1e-12);
        Numbers.CheckGradient(x => Interpolation.OfCritic(x, Numbers.Tensor(Shares, 2, 1), x.mul(Scalars.Of(2))), Guesses, 2, 1);
    }
}

using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class BradleyTerryTests
{
    private static readonly double[] First = [0.5, -1, 30, 0.1, -40, 2];
    private static readonly double[] Second = [0, 1.5, -30, 0.1, 40, 2.5];
    private static readonly double[] Wanted = [1, 0, 0, 0.5, 1, 0.5];

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0)]
    public void The_loss_is_the_surprise_at_an_answer_of_which_some_are_given_by_chance(double error)
    {
        double[] expected = [.. First.Zip(Second, Wanted).Select(pair =>
        {
            var (first, second, wanted) = pair;
            double Chance(double apart) => ((1 - error) / (1 + Math.Exp(-apart))) + (error / 2);
            return (wanted == 0 ? 0 : -wanted * Math.Log(Chance(first - second))) + (wanted == 1 ? 0 : -(1 - wanted) * Math.Log(Chance(second - first)));
        })];
        using var scope = torch.NewDisposeScope();

        var found = new BradleyTerry(error).Of(Numbers.Tensor(First, 6, 1), Numbers.Tensor(Second, 6, 1), Numbers.Tensor(Wanted, 6)).data<double>().ToArray();

        for (var pair = 0; pair < expected.Length; pair++)
        {
            found[pair].Should().BeApproximately(expected[pair], 1e-9 * (1 + expected[pair]));
            new BradleyTerry(error).Of(First[pair] - Second[pair], Wanted[pair]).Should().BeApproximately(expected[pair], 1e-9 * (1 + expected[pair]));
        }
    }

    [Fact]
    public void With_a_tenth_by_chance_no_answer_surprises_more_than_one_in_twenty() =>
        new BradleyTerry(0.1).Of(-1000, 1).Should().BeApproximately(-Math.Log(0.05), 1e-12);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0)]
    public void Gradients_match_finite_differences(double error)
    {
        var loss = new BradleyTerry(error);
        double[] near = [0.5, -1, 3, 0.1, -4, 2];

        Numbers.CheckGradient(x => loss.Of(x, Numbers.Tensor(Second.Select(s => s / 10).ToArray(), 6, 1), Numbers.Tensor(Wanted, 6)).sum(), near, 6, 1);
        Numbers.CheckGradient(x => loss.Of(Numbers.Tensor(Second.Select(s => s / 10).ToArray(), 6, 1), x, Numbers.Tensor(Wanted, 6)).sum(), near, 6, 1);
    }
}

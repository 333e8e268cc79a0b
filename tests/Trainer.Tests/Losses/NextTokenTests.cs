using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Losses;

public class NextTokenTests
{
    private const int Units = 2;
    private static readonly double[] Table = [0.5, -1, 0.3, 0.8, -0.2, 0.4, 1.1, 0.1]; // [token, unit]
    private static readonly double[] Bias = [0.1, -0.2, 0, 0.3];
    private static readonly long[] Read = [0, 2, 1];
    private static readonly long[] Told = [2, 1, 3];

    [Fact]
    public void The_loss_with_AR_and_TAR_matches_double_arithmetic()
    {
        using var scope = torch.NewDisposeScope();
        double[][] h = [.. Read.Select(id => Array.ConvertAll(Numbers.Row(Table, Units, (int)id), Math.Tanh))];
        double Logit(int place, int token) => Bias[token] + h[place].Zip(Numbers.Row(Table, Units, token), (a, b) => a * b).Sum();
        var told = Enumerable.Range(0, 3).Average(place => Math.Log(Enumerable.Range(0, 4).Sum(token => Math.Exp(Logit(place, token)))) - Logit(place, (int)Told[place]));
        var activation = h.SelectMany(s => s).Average(v => v * v);
        var temporal = h.Zip(h.Skip(1), (a, b) => a.Zip(b, (x, y) => (y - x) * (y - x))).SelectMany(d => d).Average();

        Loss(Numbers.Tensor(Table, 4, Units)).item<double>().Should().BeApproximately(told + (2 * activation) + temporal, 1e-7);
    }

    [Fact]
    public void Vectors_that_are_read_and_tell_get_both_gradients() => Numbers.CheckGradient(Loss, Table, 4, Units);

    /// <summary>A state is the tanh of the word that is read.</summary>
    private static Tensor Loss(Tensor table)
    {
        var states = table.index_select(0, torch.tensor(Read)).tanh();
        return NextToken.Of(NextToken.Logits(states, table, Numbers.Tensor(Bias, 4)), torch.tensor(Told))
            .Plus(NextToken.Activation(states).mul(Scalars.Of(2.0)))
            .Plus(NextToken.TemporalActivation(states.narrow(0, 0, 2), states.narrow(0, 1, 2)));
    }
}

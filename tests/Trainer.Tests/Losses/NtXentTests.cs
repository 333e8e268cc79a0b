using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Losses;

public class NtXentTests
{
    private const float Temperature = 0.5f;
    private static readonly double[] Rows = [1, 2, -1, 0.5, 1, 0, -2, 1, 1, 0.3, -1, 2];

    [Fact]
    public void The_loss_matches_double_arithmetic()
    {
        using var scope = torch.NewDisposeScope();
        double[][] unit = [.. Enumerable.Range(0, 4).Select(r => Numbers.Row(Rows, 3, r)).Select(v => Array.ConvertAll(v, x => x / Math.Sqrt(v.Sum(y => y * y))))];
        double Similarity(int a, int b) => unit[a].Zip(unit[b], (x, y) => x * y).Sum() / Temperature;
        var expected = Enumerable.Range(0, 4).Average(r => Math.Log(Enumerable.Range(0, 4).Where(o => o != r).Sum(o => Math.Exp(Similarity(r, o)))) - Similarity(r, r ^ 1));

        Loss(Numbers.Tensor(Rows, 4, 3)).item<double>().Should().BeApproximately(expected, 1e-7);
    }

    [Fact]
    public void Gradients_match_finite_differences() => Numbers.CheckGradient(Loss, Rows, 4, 3);

    private static Tensor Loss(Tensor rows) => NtXent.Of(rows.div(rows.pow(Scalars.Of(2)).sum(1, keepdim: true).sqrt()), torch.tensor([1L, 0, 3, 2]), Temperature);
}

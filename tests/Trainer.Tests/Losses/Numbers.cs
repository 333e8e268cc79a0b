using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Losses;

/// <summary>Small tensors, and gradients by finite differences.</summary>
internal static class Numbers
{
    private const double Step = 1e-5;

    /// <summary>A tensor in double precision.</summary>
    public static Tensor Tensor(double[] values, params long[] dims)
    {
        TorchLibrary.Use();
        return torch.tensor(values, dims);
    }

    /// <summary>[row]: the values of a matrix with rows of one width.</summary>
    public static double[] Row(double[] values, int width, int row) => values[(row * width)..((row + 1) * width)];

    /// <summary>Compares the gradient of <paramref name="loss"/> at <paramref name="at"/> with finite differences.</summary>
    public static void CheckGradient(Func<Tensor, Tensor> loss, double[] at, params long[] dims)
    {
        using var scope = torch.NewDisposeScope();
        var x = Tensor(at, dims).requires_grad_();
        loss(x).backward();
        var gradient = x.grad!.data<double>().ToArray();
        for (var i = 0; i < at.Length; i++)
        {
            var expected = (Value(i, Step) - Value(i, -Step)) / (2 * Step);
            gradient[i].Should().BeApproximately(expected, 1e-6 + (1e-5 * Math.Abs(expected)), $"by element {i}");
        }

        double Value(int place, double change)
        {
            var moved = (double[])at.Clone();
            moved[place] += change;
            return loss(Tensor(moved, dims)).item<double>();
        }
    }
}

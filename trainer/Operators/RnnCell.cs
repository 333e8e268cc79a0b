using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>The simple recurrent cell.</summary>
internal static class RnnCell
{
    public static (Tensor Input, Recurrences.Step Step, int States) Of(Node node, Direction direction, Tensor x)
    {
        var (turned, activation) = (direction.Recurrent.t(), direction.Activation(0, 1, "Tanh"));
        return (direction.Share(x, direction.InputBias?.Plus(direction.RecurrentBias!)), Step, 1);

        Tensor[] Step(Tensor input, Tensor[] state) => [activation(direction.Clip(input.addmm(state[0], turned)))];
    }
}

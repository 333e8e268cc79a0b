using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Long short-term memory, its gates in the order input, output, forget, cell.</summary>
internal static class LstmCell
{
    public static (Tensor Input, Recurrences.Step Step, int States) Of(Node node, Direction direction, Tensor x)
    {
        if (node.Flag("input_forget"))
        {
            throw node.Refusal("couples its input and forget gates, expected gates of their own");
        }
        var bias = direction.InputBias?.Plus(direction.RecurrentBias!);
        var (units, turned, peepholes) = (direction.Units, direction.Recurrent.t(), direction.Peepholes);
        var (gate, inner, outer) = (direction.Activation(0, 3, "Sigmoid"), direction.Activation(1, 3, "Tanh"), direction.Activation(2, 3, "Tanh"));
        return (direction.Share(x, bias), Step, 2);

        Tensor[] Step(Tensor input, Tensor[] state)
        {
            var (h, c) = (state[0], state[1]);
            var sums = input.addmm(h, turned).chunk(4, 1);
            var write = gate(direction.Clip(Peep(sums[0], c, 0)));
            var forget = gate(direction.Clip(Peep(sums[2], c, 2)));
            var next = forget.mul(c).Plus(write.mul(inner(direction.Clip(sums[3]))));
            var read = gate(direction.Clip(Peep(sums[1], next, 1)));
            return [read.mul(outer(next)), next];
        }

        Tensor Peep(Tensor sum, Tensor c, int place) => peepholes is null ? sum : sum.Plus(peepholes.narrow(0, place * units, units).mul(c));
    }
}

using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Gated recurrent unit, its gates in the order update, reset, hidden.</summary>
internal static class GruCell
{
    public static (Tensor Input, Recurrences.Step Step, int States) Of(Node node, Direction direction, Tensor x)
    {
        var (units, outside) = (direction.Units, node.Flag("linear_before_reset"));
        var (gate, inner) = (direction.Activation(0, 2, "Sigmoid"), direction.Activation(1, 2, "Tanh"));
        var turned = direction.Recurrent.t();
        var (gates, hidden) = (turned.narrow(1, 0, 2 * units), turned.narrow(1, 2 * units, units));
        var bias = direction.RecurrentBias;
        return (direction.Share(x, direction.InputBias), outside ? ResetAfter : ResetBefore, 1);

        // The state's product is reset, as in PyTorch.
        Tensor[] ResetAfter(Tensor input, Tensor[] state)
        {
            var products = bias is null ? state[0].mm(turned) : bias.addmm(state[0], turned);
            var both = Gates(input, products.narrow(1, 0, 2 * units));
            return Mix(both, input.narrow(1, 2 * units, units).Plus(both[1].mul(products.narrow(1, 2 * units, units))), state[0]);
        }

        // The state itself is reset.
        Tensor[] ResetBefore(Tensor input, Tensor[] state)
        {
            var products = state[0].mm(gates);
            var both = Gates(input, bias is null ? products : products.Plus(bias.narrow(0, 0, 2 * units)));
            var product = both[1].mul(state[0]).mm(hidden);
            product = bias is null ? product : product.Plus(bias.narrow(0, 2 * units, units));
            return Mix(both, input.narrow(1, 2 * units, units).Plus(product), state[0]);
        }

        Tensor[] Gates(Tensor input, Tensor products) => gate(direction.Clip(input.narrow(1, 0, 2 * units).Plus(products))).chunk(2, 1);

        Tensor[] Mix(Tensor[] both, Tensor sums, Tensor before)
        {
            var candidate = inner(direction.Clip(sums));
            return [candidate.Plus(both[0].mul(before.sub(candidate)))];
        }
    }
}

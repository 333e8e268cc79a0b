using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Activations, and the softmax family along one axis.</summary>
internal static class Activations
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Relu"] = Unary(x => x.relu()),
        ["LeakyRelu"] = Unary((node, x) => x.leaky_relu(Scalars.Of(node.Float("alpha", 0.01f)))),
        ["PRelu"] = Binary((Tensor x, Tensor slope) => x.relu().sub(slope.mul(x.neg().relu()))),
        ["ThresholdedRelu"] = Unary((node, x) => x.mul(x.gt(Scalars.Of(node.Float("alpha", 1))).to_type(x.dtype))),
        ["Elu"] = Unary((node, x) => x.Elu(node.Float("alpha", 1))),
        ["Celu"] = Unary((node, x) => x.celu(Scalars.Of(node.Float("alpha", 1)))),
        ["Selu"] = Unary(Selu),
        ["Gelu"] = Unary((node, x) => node.Text("approximate", "none") == "tanh" ? torch.nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh) : x.gelu()),
        ["Mish"] = Unary(x => x.mul(x.Softplus().tanh())),
        ["Sigmoid"] = Unary(x => x.sigmoid()),
        ["HardSigmoid"] = Unary((node, x) => x.mul(Scalars.Of(node.Float("alpha", 0.2f))).Plus(Scalars.Of(node.Float("beta", 0.5f))).clamp(Scalars.Of(0), Scalars.Of(1))),
        ["HardSwish"] = Unary(x => x.hardswish()),
        ["Tanh"] = Unary(x => x.tanh()),
        ["Softplus"] = Unary(x => x.Softplus()),
        ["Softsign"] = Unary(x => x.div(x.abs().Plus(Scalars.Of(1)))),
        ["Shrink"] = Unary(Shrink),
        ["Softmax"] = Unary((node, x) => x.softmax(node.Int("axis", -1))),
        ["LogSoftmax"] = Unary((node, x) => x.log_softmax(node.Int("axis", -1))),
        ["Hardmax"] = Unary(Hardmax),
    };

    private static Tensor Selu(Node node, Tensor x)
    {
        var (alpha, gamma) = (node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f));
        return x.Elu(alpha).mul(Scalars.Of(gamma));
    }

    private static Tensor Shrink(Node node, Tensor x)
    {
        var (bias, limit) = (node.Float("bias", 0), node.Float("lambd", 0.5f));
        var (above, below) = (x.gt(Scalars.Of(limit)).to_type(x.dtype), x.lt(Scalars.Of(-limit)).to_type(x.dtype));
        return x.sub(Scalars.Of(bias)).mul(above).Plus(x.Plus(Scalars.Of(bias)).mul(below));
    }

    private static Tensor Hardmax(Node node, Tensor x)
    {
        var axis = node.Int("axis", -1);
        return torch.zeros_like(x).scatter(axis, x.argmax(axis, keepdim: true), torch.ones_like(x));
    }
}

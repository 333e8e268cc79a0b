using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Libtorch;

/// <summary>Operators for which TorchSharp makes a number of its own on the way, which may be finalised while libtorch reads it: here by numbers that are kept.</summary>
internal static class TensorArithmetic
{
    private static readonly Scalar Zero = 0.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Scalars.One);

    public static Tensor Plus(this Tensor x, Scalar number) => x.add(number, Scalars.One);

    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>ln(1 + e^x) = −ln σ(−x).</summary>
    public static Tensor Softplus(this Tensor x) => torch.nn.functional.logsigmoid(x.neg()).neg();

    /// <summary>x above 0, α (e^x − 1) below.</summary>
    public static Tensor Elu(this Tensor x, float alpha) => x.clamp(max: Zero).expm1().mul(Scalars.Of(alpha)).Plus(x.relu());

    /// <summary>0, 1, … up to a number, which is not among them, as int64.</summary>
    public static Tensor UpTo(long end, torch.Device device) => torch.arange(Zero, Scalars.Of(end), Scalars.One, torch.ScalarType.Int64, device);
}

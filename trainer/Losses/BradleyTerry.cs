using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>How badly two rows' scores agree with what was preferred, in nats.</summary>
/// <remarks>
/// Bradley and Terry 1952: the first row is preferred with the probability P = σ(first − second). Some answers are given by chance: P' = (1 − error) · P + error / 2
/// (Christiano et al. 2017, section 2.2.3, with an error of 0.1). The loss is −wanted · log P' − (1 − wanted) · log (1 − P').
/// </remarks>
/// <param name="Error">The share of the answers that are given by chance, half of which are wrong; 0 for none.</param>
internal readonly record struct BradleyTerry(double Error)
{
    /// <summary>Christiano et al.'s.</summary>
    public const double DefaultError = 0.1;

    /// <summary>The loss of each pair, [pair].</summary>
    /// <param name="first">Scores, [pair, 1].</param>
    /// <param name="second">Scores of the other rows, [pair, 1].</param>
    /// <param name="wanted">[pair]; 1 where the first is preferred, 0 where the second is, a half where they are equal.</param>
    public Tensor Of(Tensor first, Tensor second, Tensor wanted)
    {
        var apart = first.sub(second).reshape(-1);
        return wanted.mul(Surprise(apart)).Plus(wanted.neg().Plus(Scalars.Of(1)).mul(Surprise(apart.neg())));
    }

    /// <summary>The loss of one pair.</summary>
    /// <param name="apart">The first row's score less the second's.</param>
    public double Of(double apart, double wanted) => (wanted * Surprise(apart)) + ((1 - wanted) * Surprise(-apart));

    /// <summary>−log P'; without errors as a softplus, for P itself may round to 0.</summary>
    private Tensor Surprise(Tensor apart) => Error == 0 ? apart.neg().Softplus() : torch.sigmoid(apart).mul(Scalars.Of(1 - Error)).Plus(Scalars.Of(Error / 2)).log().neg();

    private double Surprise(double apart) =>
        Error == 0 ? Math.Max(0, -apart) + Math.Log(1 + Math.Exp(-Math.Abs(apart))) : -Math.Log(((1 - Error) / (1 + Math.Exp(-apart))) + (Error / 2));
}

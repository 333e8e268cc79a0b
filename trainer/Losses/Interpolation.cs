using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>ACAI: a critic guesses how much of two rows a decoded mixture of their codes is, and the autoencoder learns to have it guess none. Berthelot, Raffel, Roy and Goodfellow 2018.</summary>
/// <remarks>α of a row lies in [0, <see cref="MostShare"/>]; the critic's guess of a row of the data, or of what is decoded from it alone, is to be 0.</remarks>
internal static class Interpolation
{
    /// <summary>The most of α, for a mixture of two is one of the other two too.</summary>
    public const double MostShare = 0.5;

    /// <summary>γ: how much of the row itself is in what the critic is to take for a row.</summary>
    public const double RealShare = 0.2;

    /// <summary>λ: what the critic's guess counts beside the reconstruction.</summary>
    public const double Weight = 0.5;

    /// <summary>share · values + (1 − share) · others.</summary>
    /// <param name="values">[row, unit].</param>
    /// <param name="others">[row, unit].</param>
    /// <param name="shares">[row, 1].</param>
    public static Tensor Mixed(Tensor values, Tensor others, Tensor shares) => values.mul(shares).Plus(others.mul(shares.neg().Plus(Scalars.Of(1))));

    /// <summary>Mean of (x − x̂)² + λ · mean of the critic's guess squared: the autoencoder's, equation 1.</summary>
    /// <param name="error">The mean square of what the reconstruction misses, a scalar.</param>
    /// <param name="guess">The critic's of decoded mixtures, [row, 1].</param>
    public static Tensor OfCoder(Tensor error, Tensor guess) => error.Plus(guess.Squared().mean().mul(Scalars.Of(Weight)));

    /// <summary>Mean of (guess − α)² of decoded mixtures + mean of guess² of γ · x + (1 − γ) · x̂: the critic's, equation 2.</summary>
    /// <param name="guess">Of decoded mixtures, [row, 1].</param>
    /// <param name="shares">Their α, [row, 1].</param>
    /// <param name="guessOfReal">[row, 1].</param>
    public static Tensor OfCritic(Tensor guess, Tensor shares, Tensor guessOfReal) => guess.sub(shares).Squared().mean().Plus(guessOfReal.Squared().mean());
}

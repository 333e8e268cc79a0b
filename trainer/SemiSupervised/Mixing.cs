using ParquetPool.Randomness;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Mixes rows and their targets with those of others: mixup (Zhang et al. 2018) as MixMatch has it, equations 8 to 11.</summary>
/// <param name="seed">Decides partners and shares of a step.</param>
internal sealed class Mixing(ulong seed)
{
    /// <summary>Both parameters of the Beta distribution of shares.</summary>
    private const double Alpha = 0.75;

    /// <summary>Mixes all rows of a step, each with a partner drawn among all and by a share of its own.</summary>
    /// <param name="features">[row][feature]; replaced by mixed ones.</param>
    /// <param name="targets">[row][class]; replaced.</param>
    public void Mix(float[][] features, float[][] targets, int step)
    {
        var partners = RowCycle.Shuffled(features.Length, new PhiloxStream(seed, Purpose.MixPartners, (uint)step));
        var draws = new PhiloxStream(seed, Purpose.MixShares, (uint)step);
        var (before, beforeTargets) = ((float[][])features.Clone(), (float[][])targets.Clone());
        for (var row = 0; row < features.Length; row++)
        {
            var share = (float)ShareOf(Beta(draws));
            features[row] = Mixed(before[row], before[partners[row]], share);
            targets[row] = Mixed(beforeTargets[row], beforeTargets[partners[row]], share);
        }
    }

    /// <summary>max(λ, 1 − λ): a row stays nearer to itself than to its partner.</summary>
    public static double ShareOf(double lambda) => Math.Max(lambda, 1 - lambda);

    /// <summary>share · own + (1 − share) · other.</summary>
    public static float[] Mixed(float[] own, float[] other, float share)
    {
        var mixed = new float[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            mixed[i] = (share * own[i]) + ((1 - share) * other[i]);
        }
        return mixed;
    }

    /// <summary>From Beta(α, α), by Jöhnk's (1964) method.</summary>
    private static double Beta(PhiloxStream draws)
    {
        while (true)
        {
            var (x, y) = (Math.Pow(draws.Uniform(), 1 / Alpha), Math.Pow(draws.Uniform(), 1 / Alpha));
            if (x + y is > 0 and <= 1)
            {
                return x / (x + y);
            }
        }
    }
}

namespace ParquetPool.Scorer.Acquisition;

/// <summary>The logarithm of a value plus Gumbel noise: the K highest are a sample without replacement in which each draw is proportional to the value.</summary>
/// <remarks>
/// PowerBALD with β = 1: Kirsch et al., "Stochastic batch acquisition: a simple baseline for deep active learning" (2021), eq. 5; the
/// Gumbel trick: Kool, van Hoof and Welling (2019).
/// </remarks>
internal static class PowerKey
{
    // Half the spacing of the uniform numbers: keeps the logarithm of a drawn 0 finite.
    private const double Least = 1.0 / (1UL << 54);

    /// <param name="value">At or below 0 gives negative infinity.</param>
    /// <param name="uniform">Drawn from [0, 1).</param>
    public static double Of(double value, double uniform) => Math.Log(Math.Max(0, value)) - Math.Log(-Math.Log(Math.Max(Least, uniform)));
}

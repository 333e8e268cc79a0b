using MathNet.Numerics.Distributions;
using ParquetPool.Randomness;

namespace ParquetPool.Statistics;

/// <summary>Spearman's rank correlation, equal values sharing their mean rank.</summary>
/// <param name="Correlation">In [-1, 1]; NaN where one side is constant.</param>
/// <param name="PValue">Two-sided, by Student's t with n − 2 degrees of freedom.</param>
/// <param name="PermutationPValue">Two-sided: the share of <see cref="Permutations"/> drawn orders that correlate as strongly, each counted once more than seen.</param>
public readonly record struct Spearman(double Correlation, double PValue, double PermutationPValue)
{
    private const int Permutations = 10_000;

    /// <param name="x">At least three values.</param>
    /// <param name="y">As many.</param>
    /// <param name="seed">Draws the permutations.</param>
    public static Spearman Of(IReadOnlyList<double> x, IReadOnlyList<double> y, ulong seed)
    {
        var (first, second) = (RankCorrelation.Ranks([.. x]), RankCorrelation.Ranks([.. y]));
        var found = RankCorrelation.OfRanks(first, second);
        if (!double.IsFinite(found))
        {
            return new Spearman(double.NaN, double.NaN, double.NaN);
        }
        var random = new PhiloxStream(seed, Purpose.RankOrders);
        var asStrong = 1;
        for (var draw = 0; draw < Permutations; draw++)
        {
            for (var i = second.Length - 1; i > 0; i--)
            {
                var other = random.Below(i + 1);
                (second[i], second[other]) = (second[other], second[i]);
            }
            asStrong += Math.Abs(RankCorrelation.OfRanks(first, second)) >= Math.Abs(found) - 1e-12 ? 1 : 0;
        }
        var freedom = first.Length - 2;
        return new Spearman(found, TwoSided(found * Math.Sqrt(freedom / (1 - (found * found))), freedom), asStrong / (Permutations + 1.0));
    }

    /// <summary>P(|T| ≥ |t|) of Student's distribution.</summary>
    internal static double TwoSided(double t, int freedom) => Math.Min(1, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)));
}

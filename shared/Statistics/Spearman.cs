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
        var random = new PhiloxStream(seed, 0);
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

    /// <summary>P(|T| ≥ |t|) of Student's distribution, as the finite sums of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, give it.</summary>
    internal static double TwoSided(double t, int freedom)
    {
        if (double.IsInfinity(t))
        {
            return 0;
        }
        var angle = Math.Atan(Math.Abs(t) / Math.Sqrt(freedom));
        var (sine, cosine) = (Math.Sin(angle), Math.Cos(angle));
        var isOdd = freedom % 2 == 1;
        var term = isOdd ? cosine : 1;
        var sum = freedom == 1 ? 0 : term;
        for (var k = isOdd ? 3 : 2; k < freedom; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }
        return Math.Clamp(1 - (isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum), 0, 1);
    }
}

using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Rehearsal;

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
        var (first, second) = (Ranks(x), Ranks(y));
        var found = Pearson(first, second);
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
            asStrong += Math.Abs(Pearson(first, second)) >= Math.Abs(found) - 1e-12 ? 1 : 0;
        }
        var freedom = first.Length - 2;
        return new Spearman(found, TwoSided(found * Math.Sqrt(freedom / (1 - (found * found))), freedom), asStrong / (Permutations + 1.0));
    }

    /// <summary>[value]: its rank from 1, the mean rank among equals.</summary>
    internal static double[] Ranks(IReadOnlyList<double> values)
    {
        var ranks = new double[values.Count];
        var before = 0;
        foreach (var equal in Enumerable.Range(0, values.Count).GroupBy(i => values[i]).OrderBy(g => g.Key))
        {
            var count = equal.Count();
            foreach (var i in equal)
            {
                ranks[i] = before + ((count + 1) / 2.0);
            }
            before += count;
        }
        return ranks;
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

    private static double Pearson(double[] x, double[] y)
    {
        var mean = (x.Length + 1) / 2.0; // Of ranks, always.
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.Sqrt(xx * yy);
    }
}

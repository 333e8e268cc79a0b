using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Calibration;

/// <summary>Estimates what share of the nearest pairs are real duplicates, from the distances alone.</summary>
/// <remarks>
/// <para>Above a cosine there are N nearest pairs. Rows without a copy would bring F = π · Σ P(d1 ≤ d | d2) of them, each by the distance d2
/// of its second nearest row and <see cref="DistanceRatios"/>; π, the share of rows without a copy, is Storey's (2002): twice the share of
/// rows whose d1 is above its median. The precision is 1 − F / N. A pair is real, then, if its rows are nearer than the rows around
/// them explain, planted or natural; no altered copy is used.</para>
/// <para>The intervals resample groups of rows, by the rows' own bytes.</para>
/// </remarks>
internal sealed class Calibrator
{
    /// <summary>The fewest rows of which an estimate is made.</summary>
    public const int LeastRows = 500;

    /// <summary>The fewest pairs above a cut.</summary>
    public const int LeastPairs = 20;

    private const int Cuts = 256;
    private const int Groups = 50;
    private const int Resamples = 500;

    private readonly double[] cuts;
    private readonly double[,] pairs = new double[Groups, Cuts];
    private readonly double[,] chances = new double[Groups, Cuts];

    private Calibrator(NeighbourDistances distances, int[] rows, Func<int, UInt128> fingerprint)
    {
        var ratios = new DistanceRatios(distances);
        cuts = CutsOf([.. rows.Select(row => distances.Of(row, 1)).Order()]);
        var unexpected = rows.Count(row => ratios.ChanceWithin(distances.Of(row, 1), distances.Of(row, 2)) > 0.5);
        var single = Math.Min(1, 2.0 * unexpected / rows.Length);
        foreach (var row in rows)
        {
            var (group, weight, second) = ((int)(fingerprint(row) % Groups), distances.PairsOf(row), distances.Of(row, 2));
            for (var cut = 0; cut < cuts.Length; cut++)
            {
                pairs[group, cut] += distances.Of(row, 1) <= cuts[cut] ? weight : 0;
                chances[group, cut] += single * weight * ratios.ChanceWithin(cuts[cut], second);
            }
        }
    }

    /// <summary>The curve of one kind of pairs.</summary>
    /// <param name="fingerprint">Of a row's bytes.</param>
    /// <param name="seed">Of the resamples.</param>
    public static CalibrationCurve Curve(string kind, NeighbourDistances distances, Func<int, UInt128> fingerprint, ulong seed)
    {
        int[] rows = [.. distances.Rows];
        return rows.Length < LeastRows
            ? new CalibrationCurve(kind, [], $"{rows.Length} rows with {NeighbourDistances.Kept} neighbours each are too few for an estimate, expected {LeastRows} or more; {CalibrationResult.Instead}")
            : new CalibrationCurve(kind, new Calibrator(distances, rows, fingerprint).Estimate(seed), null);
    }

    private CalibrationCut[] Estimate(ulong seed)
    {
        var all = Enumerable.Range(0, Groups).ToArray();
        var (counts, expected) = (Sums(pairs, all), Sums(chances, all));
        var shares = Shares(counts, expected);
        var resampled = Enumerable.Range(0, Resamples).Select(resample =>
        {
            var random = new PhiloxStream(seed, Purpose.PrecisionResamples, (uint)resample);
            int[] drawn = [.. all.Select(_ => random.Below(Groups))];
            return Sums(pairs, drawn).Zip(Sums(chances, drawn), Precision).ToArray();
        }).ToArray();
        return
        [
            .. cuts.Select((distance, cut) => new CalibrationCut(
                NeighbourDistances.SimilarityAt(distance), counts[cut], expected[cut], Precision(counts[cut], expected[cut]), Interval.MiddleOf(resampled.Select(r => r[cut])), shares[cut]))
        ];
    }

    private static double Precision(double pairs, double chance) => pairs > 0 ? Math.Max(0, 1 - (chance / pairs)) : 0;

    private static double[] Shares(double[] counts, double[] expected)
    {
        double Step(double[] sums, int cut) => sums[cut] - (cut > 0 ? sums[cut - 1] : 0);
        var rising = Enumerable.Range(0, counts.Length).Reverse().ToArray();
        var fit = IsotonicFit.Of([.. rising.Select(cut => 1 - (Step(expected, cut) / Step(counts, cut)))], [.. rising.Select(cut => Step(counts, cut))]);
        return [.. fit.Reverse().Select(share => Math.Clamp(share, 0, 1))];
    }

    private double[] Sums(double[,] of, int[] groups)
    {
        var sums = new double[cuts.Length];
        foreach (var group in groups)
        {
            for (var cut = 0; cut < sums.Length; cut++)
            {
                sums[cut] += of[group, cut];
            }
        }
        return sums;
    }

    /// <summary>Distances with ever more rows below, by one factor; each has some that the one before has not.</summary>
    private static double[] CutsOf(float[] sorted)
    {
        var factor = Math.Pow((double)sorted.Length / LeastPairs, 1.0 / (Cuts - 1));
        return [.. Enumerable.Range(0, Cuts).Select(cut => Above(sorted[Math.Min(sorted.Length, (int)Math.Ceiling(LeastPairs * Math.Pow(factor, cut))) - 1])).Distinct()];
    }

    /// <summary>The greatest distance that is kept as this one: a pair that was rounded down to it belongs to its cut.</summary>
    private static double Above(float distance) => ((double)distance + MathF.BitIncrement(distance)) / 2;
}

using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Calibration;

/// <summary>How many of the listed pairs are duplicates, by people's judgements and the audit's estimate.</summary>
/// <param name="Judged">Judgements it rests on.</param>
/// <param name="Points">The highest cosine first.</param>
internal sealed record RefinedCurve(string Kind, int Judged, IReadOnlyList<RefinedPoint> Points)
{
    private const int MostPoints = 128;
    private const int Resamples = 500;

    /// <summary>The lowest point of at least this precision; null where none reaches it.</summary>
    public RefinedPoint? AtPrecision(double wanted) => Points.LastOrDefault(point => point.Precision >= wanted);

    /// <summary>Fits, and resamples the judgements for the intervals.</summary>
    /// <param name="judged">At least one.</param>
    /// <param name="estimate">Empty where the audit made none.</param>
    /// <param name="listed">Cosines of the listed pairs of the kind, the greatest first.</param>
    internal static RefinedCurve Of(
        string kind, IReadOnlyList<(double Similarity, bool Duplicate)> judged, IReadOnlyList<CalibrationCut> estimate, IReadOnlyList<double> listed, ulong seed)
    {
        int[] places = [.. Enumerable.Range(0, listed.Count).Where(i => i + 1 == listed.Count || listed[i + 1] != listed[i])];
        var factor = Math.Pow(places.Length, 1.0 / MostPoints);
        places = [.. Enumerable.Range(1, MostPoints).Select(i => places[Math.Min(places.Length, (int)Math.Ceiling(Math.Pow(factor, i))) - 1]).Distinct()];
        var fit = Values(new JudgedFit(judged, estimate), listed, places);
        var resampled = Enumerable.Range(0, Resamples).Select(resample =>
        {
            var random = new PhiloxStream(seed, Purpose.JudgementResamples, (uint)resample);
            return Values(new JudgedFit(judged.Select(_ => judged[random.Below(judged.Count)]), estimate), listed, places);
        }).ToArray();
        Interval Middle(Func<(double Chance, double Precision)[], double> of) => Interval.MiddleOf(resampled.Select(of));
        return new RefinedCurve(
            kind, judged.Count,
            [.. places.Select((place, i) => new RefinedPoint(listed[place], place + 1, fit[i].Chance, Middle(r => r[i].Chance), fit[i].Precision, Middle(r => r[i].Precision)))]);
    }

    private static (double Chance, double Precision)[] Values(JudgedFit fit, IReadOnlyList<double> listed, int[] places)
    {
        var values = new (double, double)[places.Length];
        var (sum, next) = (0.0, 0);
        for (var i = 0; i < listed.Count && next < places.Length; i++)
        {
            var chance = fit.At(listed[i]);
            sum += chance;
            if (i == places[next])
            {
                values[next++] = (chance, sum / (i + 1));
            }
        }
        return values;
    }
}

/// <summary>The listed pairs from a cosine on.</summary>
/// <param name="Chance">That a pair of this cosine is a duplicate.</param>
/// <param name="ChanceInterval">Its middle 95 % over bootstrap resamples of the judgements.</param>
/// <param name="Precision">The expected share of duplicates among the pairs.</param>
/// <param name="PrecisionInterval">Its middle 95 %.</param>
internal sealed record RefinedPoint(double Similarity, int Pairs, double Chance, Interval ChanceInterval, double Precision, Interval PrecisionInterval);

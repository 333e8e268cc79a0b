using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Reports;

/// <summary>The share of real duplicates by cosine, as the page draws it.</summary>
/// <param name="Inside">Whether its pairs are of one split.</param>
/// <param name="Judged">Judgements it rests on; 0 for the audit's estimate.</param>
/// <param name="Points">Cosine, share, and, for judgements, the least and greatest of its middle 95 %; the highest cosine first.</param>
/// <param name="Levels">The cosines for some precisions.</param>
/// <param name="Lack">Why there is no estimate; null where there is one.</param>
internal sealed record ShownCurve(string Kind, bool Inside, int Judged, IReadOnlyList<double[]> Points, IReadOnlyList<ShownLevel> Levels, string? Lack)
{
    private static readonly double[] Precisions = [0.99, 0.95, 0.9, 0.8, 0.5];

    /// <summary>The estimates of an audit and, where there are some, the curves of its judgements.</summary>
    public static IReadOnlyList<ShownCurve> Of(CalibrationResult? calibration, IReadOnlyList<RefinedCurve> refined, IReadOnlyList<PairCounts> comparisons)
    {
        var inside = comparisons.ToDictionary(of => of.Kind, of => of.Split == of.Other);
        return [.. calibration?.Curves.Select(curve => Of(curve, inside[curve.Kind])) ?? [], .. refined.Select(curve => Of(curve, inside[curve.Kind]))];
    }

    private static ShownCurve Of(CalibrationCurve curve, bool inside) => new(
        curve.Kind, inside, 0, [.. curve.Cuts.Select(cut => new[] { cut.Similarity, cut.Share })],
        [.. Precisions.Select(wanted => (Wanted: wanted, Cut: curve.AtPrecision(wanted))).Where(level => level.Cut is not null)
            .Select(level => new ShownLevel(level.Wanted, level.Cut!.Similarity, level.Cut.Pairs, level.Cut.Precision, level.Cut.Interval.Low, level.Cut.Interval.High))],
        curve.Lack);

    private static ShownCurve Of(RefinedCurve curve, bool inside) => new(
        curve.Kind, inside, curve.Judged, [.. curve.Points.Select(point => new[] { point.Similarity, point.Chance, point.ChanceInterval.Low, point.ChanceInterval.High })],
        [.. Precisions.Select(wanted => (Wanted: wanted, Point: curve.AtPrecision(wanted))).Where(level => level.Point is not null)
            .Select(level => new ShownLevel(level.Wanted, level.Point!.Similarity, level.Point.Pairs, level.Point.Precision, level.Point.PrecisionInterval.Low, level.Point.PrecisionInterval.High))],
        null);
}

/// <param name="Wanted">A precision.</param>
/// <param name="Similarity">The least cosine at which it is reached.</param>
/// <param name="Pairs">Pairs from there on.</param>
/// <param name="Precision">Their share of real duplicates.</param>
internal sealed record ShownLevel(double Wanted, double Similarity, double Pairs, double Precision, double Low, double High);

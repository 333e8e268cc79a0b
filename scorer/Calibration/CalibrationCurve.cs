using System.Text.Json.Serialization;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Calibration;

/// <summary>How many of the nearest pairs are real duplicates, estimated at each cosine. The first cut is the highest.</summary>
/// <param name="Kind">As the column <c>kind</c> of the pairs.</param>
/// <param name="Cuts">Empty where <paramref name="Lack"/> tells why.</param>
/// <param name="Lack">Why there is no estimate; null where there is one.</param>
internal sealed record CalibrationCurve(string Kind, IReadOnlyList<CalibrationCut> Cuts, string? Lack)
{
    /// <summary>The lowest cut of at least this precision; null where none reaches it.</summary>
    public CalibrationCut? AtPrecision(double wanted) => Cuts.LastOrDefault(cut => cut.Precision >= wanted);

    /// <summary>The cut of the highest precision; null where there is no estimate.</summary>
    [JsonIgnore]
    public CalibrationCut? Best => Cuts.MaxBy(cut => cut.Precision);
}

/// <summary>The nearest pairs from a cosine on.</summary>
/// <param name="Similarity">The least cosine.</param>
/// <param name="Pairs">Nearest pairs of at least this cosine.</param>
/// <param name="Chance">Of these, expected ones of rows that are no copies.</param>
/// <param name="Precision">1 − <paramref name="Chance"/> / <paramref name="Pairs"/>, at least 0.</param>
/// <param name="Interval">The middle 95 % of the precision over bootstrap resamples of the rows.</param>
/// <param name="Share">Of the pairs between this cut and the one above the share of real duplicates, non-decreasing in the cosine.</param>
internal sealed record CalibrationCut(double Similarity, double Pairs, double Chance, double Precision, Interval Interval, double Share);

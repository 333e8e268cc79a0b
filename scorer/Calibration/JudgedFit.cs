using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Calibration;

/// <summary>The chance that a pair is a duplicate by its cosine, non-decreasing: judgements, and the estimate where they are few.</summary>
/// <remarks>
/// Isotonic regression of the judgements, 1 for exact and near-duplicates and 0 for others, each of weight 1, together with the shares of
/// the estimated curve, which weigh as much as <see cref="EstimateWeight"/> judgements in all.
/// </remarks>
internal sealed class JudgedFit
{
    private const double EstimateWeight = 10;

    private readonly double[] similarities;
    private readonly double[] chances;

    public JudgedFit(IEnumerable<(double Similarity, bool Duplicate)> judged, IReadOnlyList<CalibrationCut> estimate)
    {
        // Of one cosine the greater first: pooled, so that one cosine has one chance.
        var points = judged.Select(j => (j.Similarity, Value: j.Duplicate ? 1.0 : 0, Weight: 1.0))
            .Concat(estimate.Select(cut => (cut.Similarity, Value: cut.Share, Weight: EstimateWeight / estimate.Count)))
            .OrderBy(point => point.Similarity).ThenByDescending(point => point.Value).ToArray();
        similarities = Array.ConvertAll(points, point => point.Similarity);
        chances = IsotonicFit.Of(Array.ConvertAll(points, point => point.Value), Array.ConvertAll(points, point => point.Weight));
    }

    /// <summary>Of the greatest known cosine that is not above, or else of the least.</summary>
    public double At(double similarity)
    {
        var (low, high) = (0, similarities.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = similarities[middle] <= similarity ? (middle + 1, high) : (low, middle);
        }
        return chances[Math.Max(0, low - 1)];
    }
}

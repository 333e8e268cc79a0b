using System.Text.Json.Serialization;

namespace ParquetPool.Scorer.Calibration;

/// <summary>Altered copies of sampled rows, sought among the rows: what share of near-duplicates a cosine finds, of such alterations.</summary>
/// <param name="Copies">One of each sampled row.</param>
/// <param name="Similarities">The cosines of the copies whose original is the nearest row, the greatest first.</param>
internal sealed record CopyTrial(int Copies, IReadOnlyList<double> Similarities)
{
    /// <summary>The share of copies whose original is the nearest row.</summary>
    [JsonIgnore]
    public double Found => (double)Similarities.Count / Copies;

    /// <summary>The share of copies found from a cosine on.</summary>
    public double RecallAt(double similarity) => Similarities.Count(of => of >= similarity) / (double)Copies;

    /// <summary>The greatest cosine from which on this share of the copies is found; null where fewer are.</summary>
    public double? AtRecall(double wanted) => (int)Math.Ceiling(wanted * Copies) is var count && count <= Similarities.Count ? Similarities[count - 1] : null;
}

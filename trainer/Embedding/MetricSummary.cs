namespace ParquetPool.Trainer.Embedding;

/// <summary>The last line on stdout of <c>trainer embed --loss contrastive|triplet</c>.</summary>
/// <param name="Model">The round's folder: that of the first seed.</param>
/// <param name="Rows">Rows learnt from.</param>
/// <param name="MeasuredRows">Held-out rows that others are sought for.</param>
/// <param name="SoughtRows">Rows among which they are sought.</param>
/// <param name="Score">Of the published model.</param>
/// <param name="FeatureScore">The same by the cosine of the features as they are.</param>
/// <param name="Spread">Over all seeds; null of one.</param>
internal sealed record MetricSummary(
    string Model, string Task, int Round, int Rows, int MeasuredRows, int SoughtRows, MetricScore Score, MetricScore FeatureScore, Spread? Spread, int Seeds, int Steps, string Sha256, double Seconds);

/// <summary>The least and the greatest of each measure over seeds.</summary>
internal sealed record Spread(MetricScore Least, MetricScore Most)
{
    public static Spread? Of(IReadOnlyList<MetricScore> scores) => scores.Count < 2 ? null : new Spread(Each(scores, Enumerable.Min), Each(scores, Enumerable.Max));

    private static MetricScore Each(IReadOnlyList<MetricScore> scores, Func<IEnumerable<double>, double> of) =>
        new(of(scores.Select(s => s.Recall1)), of(scores.Select(s => s.Precision1)), of(scores.Select(s => s.Mrr)), of(scores.Select(s => s.TripletAccuracy)));
}

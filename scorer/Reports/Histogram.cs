using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Reports;

/// <summary>How many listed pairs lie at which cosine, in bins of one width.</summary>
/// <param name="From">The least cosine of the first bin.</param>
/// <param name="To">The greatest of the last.</param>
/// <param name="TestTrain">[bin]: pairs of two splits.</param>
/// <param name="TestTest">[bin]: pairs inside a split.</param>
internal sealed record Histogram(double From, double To, IReadOnlyList<int> TestTrain, IReadOnlyList<int> TestTest)
{
    private const int Bins = 60;

    /// <summary>Of the pairs and a threshold, which lies inside.</summary>
    public static Histogram Of(IReadOnlyList<ListedPair> pairs, double threshold)
    {
        var from = pairs.Select(p => p.Similarity).Append(threshold).Min();
        var to = pairs.Select(p => p.Similarity).Append(threshold).Max();
        var (train, test) = (new int[Bins], new int[Bins]);
        foreach (var pair in pairs)
        {
            var bin = to > from ? (int)Math.Min(Bins - 1, (pair.Similarity - from) / (to - from) * Bins) : 0;
            (pair.Inside ? test : train)[bin]++;
        }
        return new Histogram(from, to, train, test);
    }
}

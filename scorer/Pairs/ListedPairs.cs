using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Pairs;

/// <summary>The pairs that an audit lists, counted as they go by.</summary>
/// <param name="cuts">[comparison]: pairs of a lower cosine are left out, byte-identical ones never; null for none.</param>
internal sealed class ListedPairs(IReadOnlyList<ComparedSplits> comparisons, double[]? cuts)
{
    private readonly List<PairTally> tallies = [.. comparisons.Select(comparison => new PairTally(comparison))];

    /// <summary>The pairs in order, and those of a join with the places that the order gives them.</summary>
    public IEnumerable<AuditPair> Of(SortedPairs pairs, CancellationToken stopping)
    {
        var places = comparisons.Select(comparison => new int[comparison.Split.Rows]).ToList();
        foreach (var pair in pairs.Read())
        {
            stopping.ThrowIfCancellationRequested();
            if (cuts is not null && !pair.Exact && pair.Similarity < cuts[pair.Comparison])
            {
                continue;
            }
            tallies[pair.Comparison].Add(pair);
            var of = places[pair.Comparison];
            var place = comparisons[pair.Comparison].Inside ? Math.Min(++of[pair.Row], ++of[pair.OtherRow]) : ++of[pair.Row];
            yield return pair.Rank > 0 ? pair : pair with { Rank = place };
        }
    }

    /// <summary>Of those that went by, one a comparison.</summary>
    public IReadOnlyList<PairCounts> Counts() => [.. tallies.Select(tally => tally.Counts())];
}

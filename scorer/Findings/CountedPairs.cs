namespace ParquetPool.Scorer.Findings;

/// <summary>The listed pairs of a kind, counted.</summary>
/// <param name="What">The kind in words.</param>
/// <param name="LabelsDiffer">Of those at the threshold or above.</param>
internal sealed record CountedPairs(string Kind, string What, int Listed, int AtThreshold, int Exact, int LabelsDiffer)
{
    /// <summary>One a comparison, in the audit's order.</summary>
    public static IReadOnlyList<CountedPairs> Of(FinishedAudit audit, double threshold) => [.. audit.Record.Summary.Comparisons.Select(comparison => Of(audit, comparison, threshold))];

    private static CountedPairs Of(FinishedAudit audit, PairCounts comparison, double threshold)
    {
        var listed = audit.Pairs.Where(pair => pair.Kind == comparison.Kind).ToList();
        var near = listed.Where(pair => pair.Similarity >= threshold).ToList();
        var differ = near.Count(pair => pair.Test.Label is { } label && pair.Other.Label is { } other && label != other);
        return new CountedPairs(comparison.Kind, audit.Record.Summary.What(comparison), listed.Count, near.Count, listed.Count(pair => pair.Exact), differ);
    }
}

namespace ParquetPool.Scorer.Findings;

/// <summary>Rows that pairs connect.</summary>
/// <param name="Rows">In the order of splits, shards and rows.</param>
/// <param name="Pairs">The listed pairs inside, in their order.</param>
internal sealed record PairCluster(IReadOnlyList<ListedRow> Rows, IReadOnlyList<ListedPair> Pairs)
{
    /// <summary>The least cosine of a listed pair inside: far below the threshold, the cluster is a chain.</summary>
    public double LeastSimilarity => Pairs.Min(pair => pair.Similarity);

    /// <summary>Pairs that the rows could make.</summary>
    public long AllPairs => (long)Rows.Count * (Rows.Count - 1) / 2;

    /// <summary>Two rows carry different labels: one of them is wrong, or the class is a matter of taste.</summary>
    public bool LabelsConflict => Rows.Select(row => row.Label).OfType<string>().Distinct().Skip(1).Any();

    /// <summary>The connected components of the pairs for which <paramref name="connects"/> holds.</summary>
    /// <param name="pairs">Those that do not connect still count inside a cluster.</param>
    /// <returns>The largest first; of equals that with the nearest pair, then the first row.</returns>
    public static IReadOnlyList<PairCluster> Of(IReadOnlyList<ListedPair> pairs, Func<ListedPair, bool> connects)
    {
        var parents = new Dictionary<ListedRow, ListedRow>();
        ListedRow Root(ListedRow row)
        {
            while (parents[row] is var parent && parent != row)
            {
                parents[row] = parents[parent];
                row = parent;
            }
            return row;
        }
        foreach (var pair in pairs.Where(connects))
        {
            parents.TryAdd(pair.Test, pair.Test);
            parents.TryAdd(pair.Other, pair.Other);
            parents[Root(pair.Test)] = Root(pair.Other);
        }
        var inside = pairs
            .Where(pair => parents.ContainsKey(pair.Test) && parents.ContainsKey(pair.Other) && Root(pair.Test) == Root(pair.Other))
            .ToLookup(pair => Root(pair.Test));
        return
        [
            .. parents.Keys.GroupBy(Root)
                .Select(rows => new PairCluster([.. rows.Order()], [.. inside[rows.Key]]))
                .OrderByDescending(cluster => cluster.Rows.Count).ThenByDescending(cluster => cluster.Pairs.Max(pair => pair.Similarity)).ThenBy(cluster => cluster.Rows[0]),
        ];
    }
}

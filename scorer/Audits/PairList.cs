using System.Runtime.InteropServices;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>Collects the pairs of an audit. 32 bytes a pair.</summary>
internal sealed class PairList(AuditSplit train, AuditSplit test)
{
    private readonly List<AuditPair> found = [];

    /// <summary>Takes in the neighbours of some test rows.</summary>
    public void Add(PairKind kind, IReadOnlyList<EmbeddingBlock> queries, NeighbourSearchResult result)
    {
        foreach (var (block, lists) in queries.Zip(result.Lists))
        {
            for (var index = 0; index < block.Count; index++)
            {
                var rank = 0;
                foreach (var neighbour in lists[index])
                {
                    found.Add(Pair(kind, block.RowAt(index), neighbour, ++rank));
                }
            }
        }
    }

    /// <summary>Every pair once, nearest first: by distance, test id, other id, kind.</summary>
    public AuditPair[] Sorted()
    {
        CollectionsMarshal.AsSpan(found).Sort(Compare);
        // Two test rows that list each other are next to each other now, the better rank in front.
        return [.. found.Where((pair, i) => i == 0 || !IsSame(pair, found[i - 1]))];
    }

    /// <summary>The split of a pair's other row.</summary>
    public AuditSplit SplitOf(PairKind kind) => kind == PairKind.TestTrain ? train : test;

    // Two test rows: the one with the smaller id takes the first place, so that both ways to find the pair give the same.
    private AuditPair Pair(PairKind kind, int row, in Neighbour neighbour, int rank)
    {
        var swap = kind == PairKind.TestTest && string.CompareOrdinal(neighbour.Id, test.IdOf(row)) < 0;
        return new AuditPair(kind, swap ? neighbour.Row : row, swap ? row : neighbour.Row, rank, neighbour.Similarity, neighbour.Exact);
    }

    private static bool IsSame(in AuditPair a, in AuditPair b) => (a.Kind, a.TestRow, a.OtherRow) == (b.Kind, b.TestRow, b.OtherRow);

    private int Compare(AuditPair a, AuditPair b)
    {
        var order = b.Similarity.CompareTo(a.Similarity);
        order = order != 0 ? order : string.CompareOrdinal(test.IdOf(a.TestRow), test.IdOf(b.TestRow));
        order = order != 0 ? order : string.CompareOrdinal(SplitOf(a.Kind).IdOf(a.OtherRow), SplitOf(b.Kind).IdOf(b.OtherRow));
        order = order != 0 ? order : a.Kind.CompareTo(b.Kind);
        return order != 0 ? order : a.Rank.CompareTo(b.Rank);
    }
}

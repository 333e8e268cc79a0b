namespace ParquetPool.Scorer.Neighbours;

/// <summary>The k nearest neighbours seen so far of each row of one query block, nearest first; of exact copies of one row the first.</summary>
/// <remarks>Not for two threads at a time: each worker fills its own and one merge joins them.</remarks>
public sealed class TopNeighbours(int rows, int k)
{
    private readonly Neighbour[] neighbours = new Neighbour[rows * k];
    private readonly int[] counts = new int[rows];

    /// <summary>The neighbours of the row at <paramref name="index"/> of the block, nearest first, at most k.</summary>
    public ReadOnlySpan<Neighbour> this[int index] => neighbours.AsSpan(index * k, counts[index]);

    /// <summary>Offers a neighbour to the row at <paramref name="index"/>; it is kept while it is among the k nearest.</summary>
    public void Offer(int index, in Neighbour candidate)
    {
        var list = neighbours.AsSpan(index * k, k);
        var count = counts[index];
        if (count == k && !candidate.Precedes(list[k - 1]))
        {
            return;
        }
        var copy = CopyOf(candidate, list[..count]);
        if (copy < count && !candidate.Precedes(list[copy]))
        {
            return;
        }
        var place = Math.Min(copy, k - 1);
        for (; place > 0 && candidate.Precedes(list[place - 1]); place--)
        {
            list[place] = list[place - 1];
        }
        list[place] = candidate;
        counts[index] = copy < count ? count : Math.Min(k, count + 1);
    }

    /// <summary>The similarity that a neighbour must reach to enter the list of a row; negative infinity while the list has room.</summary>
    public double Entry(int index) => counts[index] == k ? neighbours[(index * k) + k - 1].Similarity : double.NegativeInfinity;

    /// <summary>Takes in what another worker found for the same block.</summary>
    public void Merge(TopNeighbours other)
    {
        for (var index = 0; index < counts.Length; index++)
        {
            foreach (var neighbour in other[index])
            {
                Offer(index, neighbour);
            }
        }
    }

    /// <summary>The place in a list of a row with the candidate's bytes; the list's end where there is none.</summary>
    private static int CopyOf(in Neighbour candidate, ReadOnlySpan<Neighbour> list)
    {
        var place = 0;
        while (place < list.Length && list[place].Fingerprint != candidate.Fingerprint)
        {
            place++;
        }
        return place;
    }
}

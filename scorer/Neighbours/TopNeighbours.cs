using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>The k nearest neighbours seen so far of each row of one query block, nearest first; of exact copies of one row the first.</summary>
/// <remarks>Two threads may fill different rows at a time, not the same one.</remarks>
internal sealed class TopNeighbours(int rows, int k)
{
    private readonly Neighbour[] neighbours = new Neighbour[rows * k];
    private readonly int[] counts = new int[rows];

    /// <summary>The neighbours of the row at <paramref name="index"/> of the block, nearest first, at most k.</summary>
    public ReadOnlySpan<Neighbour> this[int index] => neighbours.AsSpan(index * k, counts[index]);

    /// <summary>Offers a neighbour to the row at <paramref name="index"/>; it is kept while it is among the k nearest.</summary>
    // Hot from the first call: waiting for the tiers would cost a search its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        var last = Math.Min(copy, k - 1);
        var place = last;
        while (place > 0 && candidate.Precedes(list[place - 1]))
        {
            place--;
        }
        list[place..last].CopyTo(list[(place + 1)..]);
        list[place] = candidate;
        counts[index] = copy < count ? count : Math.Min(k, count + 1);
    }

    /// <summary>The similarity that a neighbour must reach to enter the list of a row; negative infinity while the list has room.</summary>
    public double Entry(int index) => counts[index] == k ? neighbours[(index * k) + k - 1].Similarity : double.NegativeInfinity;

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

using System.Runtime.InteropServices;
using ParquetPool.Scorer.Calibration;

namespace ParquetPool.Scorer.Pairs;

/// <summary>What speaks for the pairs of a comparison besides their distances: whether either row has a nearer one, and how far the next one is.</summary>
/// <remarks>32 bytes for each row of the split, <see cref="NeighbourDistances"/> and, of another split, 8 for each of its rows.</remarks>
internal sealed class PairEvidence
{
    private readonly ComparedSplits comparison;
    private readonly NearestTwo nearest;

    /// <param name="searched">Whether nearest rows are sought, so that their distances will be known.</param>
    public PairEvidence(ComparedSplits comparison, bool searched)
    {
        Distances = searched ? new NeighbourDistances(comparison.Split.Rows, comparison.Inside) : null;
        (this.comparison, nearest) = (comparison, new NearestTwo(comparison.Split.Rows));
        if (!comparison.Inside)
        {
            NearestOfOther = new double[comparison.Other.Rows];
            Array.Fill(NearestOfOther, double.NegativeInfinity);
        }
    }

    /// <summary>[row of the other split]: the cosine of its nearest row of the split; null inside a split.</summary>
    public double[]? NearestOfOther { get; }

    /// <summary>Of the rows of the split; null where none are sought.</summary>
    public NeighbourDistances? Distances { get; }

    /// <summary>Takes in a neighbour of a row: each row's nearest, its second nearest where it shall be told, and any others, in any order.</summary>
    public void Add(int row, int otherRow, double similarity)
    {
        nearest.Offer(row, comparison.Other.FingerprintOf(otherRow), similarity);
        if (NearestOfOther is null)
        {
            nearest.Offer(otherRow, comparison.Split.FingerprintOf(row), similarity);
        }
        else
        {
            NearestOfOther[otherRow] = Math.Max(NearestOfOther[otherRow], similarity);
        }
    }

    /// <summary>Whether neither row of a pair has a nearer one in the other's split.</summary>
    public bool IsMutual(in AuditPair pair) =>
        pair.Similarity >= nearest.First(pair.Row) && pair.Similarity >= (NearestOfOther is null ? nearest.First(pair.OtherRow) : NearestOfOther[pair.OtherRow]);

    /// <summary>The pair's distance over that of the second nearest different row of its row, inside a split the larger of both; NaN where none is known.</summary>
    public double RatioToSecond(in AuditPair pair)
    {
        var second = nearest.Second(pair.Row);
        second = comparison.Inside ? Math.Max(second, nearest.Second(pair.OtherRow)) : second;
        return double.IsFinite(second) && second < 1 ? pair.Distance / (1 - second) : double.NaN;
    }

    /// <summary>What <see cref="Write"/> writes.</summary>
    public long Bytes => (32L * comparison.Split.Rows) + (sizeof(double) * (long)(NearestOfOther?.Length ?? 0)) + (Distances?.Bytes ?? 0);

    /// <summary>Writes what is known, to be read back for the same comparison.</summary>
    public void Write(Stream to)
    {
        nearest.Write(to);
        to.Write(MemoryMarshal.AsBytes<double>(NearestOfOther));
        Distances?.Write(to);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="EndOfStreamException">There is less.</exception>
    public void Read(Stream from)
    {
        nearest.Read(from);
        from.ReadExactly(MemoryMarshal.AsBytes(NearestOfOther.AsSpan()));
        Distances?.Read(from);
    }
}

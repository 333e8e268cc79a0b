using System.Runtime.InteropServices;

namespace ParquetPool.Scorer.Pairs;

/// <summary>Of each row of a split the cosines of its nearest and its second nearest neighbour, exact copies of one row counted once. 32 bytes a row.</summary>
internal sealed class NearestTwo
{
    private readonly double[] first;
    private readonly double[] second;
    private readonly UInt128[] nearest;

    public NearestTwo(int rows)
    {
        (first, second, nearest) = (new double[rows], new double[rows], new UInt128[rows]);
        Array.Fill(first, double.NegativeInfinity);
        Array.Fill(second, double.NegativeInfinity);
    }

    /// <summary>The cosine of the nearest neighbour; negative infinity where none was seen.</summary>
    public double First(int row) => first[row];

    /// <summary>The cosine of the nearest neighbour with other bytes than the nearest; negative infinity where none was seen.</summary>
    public double Second(int row) => second[row];

    /// <summary>Takes in a neighbour of a row, by the fingerprint of its bytes.</summary>
    public void Offer(int row, UInt128 neighbour, double similarity)
    {
        if (neighbour == nearest[row] && first[row] > double.NegativeInfinity)
        {
            first[row] = Math.Max(first[row], similarity);
        }
        else if (similarity > first[row])
        {
            (second[row], first[row], nearest[row]) = (first[row], similarity, neighbour);
        }
        else
        {
            second[row] = Math.Max(second[row], similarity);
        }
    }

    /// <summary>Writes what is known, to be read back by one of as many rows.</summary>
    public void Write(Stream to)
    {
        to.Write(MemoryMarshal.AsBytes<double>(first));
        to.Write(MemoryMarshal.AsBytes<double>(second));
        to.Write(MemoryMarshal.AsBytes<UInt128>(nearest));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="EndOfStreamException">There is less.</exception>
    public void Read(Stream from)
    {
        from.ReadExactly(MemoryMarshal.AsBytes(first.AsSpan()));
        from.ReadExactly(MemoryMarshal.AsBytes(second.AsSpan()));
        from.ReadExactly(MemoryMarshal.AsBytes(nearest.AsSpan()));
    }
}

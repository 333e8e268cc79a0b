using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>A plane in which smaller ones are sought: the correlation at any place, from sums that are made once.</summary>
internal sealed class SummedPlane
{
    private readonly double[] sums;
    private readonly double[] squares;
    private readonly int width;

    public SummedPlane(GreyPlane plane)
    {
        (Plane, width) = (plane, plane.Width + 1);
        (sums, squares) = (new double[width * (plane.Height + 1)], new double[width * (plane.Height + 1)]);
        for (var y = 0; y < plane.Height; y++)
        {
            var (sum, square, place) = (0.0, 0.0, ((y + 1) * width) + 1);
            foreach (var level in plane.Line(y))
            {
                (sum, square) = (sum + level, square + ((double)level * level));
                (sums[place], squares[place]) = (sums[place - width] + sum, squares[place - width] + square);
                place++;
            }
        }
    }

    public GreyPlane Plane { get; }

    /// <summary>Pearson's correlation of a centred plane with the levels beneath it, −1 to 1; 0 where either is as good as flat.</summary>
    /// <param name="least">The least standard deviation, in grey levels, of what is not flat.</param>
    public double Correlation(GreyPlane centred, double norm, int left, int top, double least)
    {
        var count = centred.Width * centred.Height;
        var sum = Window(sums, left, top, centred);
        var spread = Window(squares, left, top, centred) - (sum * sum / count);
        var flat = least * least * count;
        return spread < flat || norm * norm < flat ? 0 : Math.Clamp(Product(centred, left, top) / (norm * Math.Sqrt(spread)), -1, 1);
    }

    private double Window(double[] of, int left, int top, GreyPlane window)
    {
        var (above, below) = ((top * width) + left, ((top + window.Height) * width) + left);
        return of[below + window.Width] - of[below] - of[above + window.Width] + of[above];
    }

    /// <summary>Eight sums side by side, whatever the registers of the machine, so that the bits are the same on all.</summary>
    private float Product(GreyPlane centred, int left, int top)
    {
        var sum = Vector256<float>.Zero;
        for (var y = 0; y < centred.Height; y++)
        {
            ref var of = ref MemoryMarshal.GetReference(centred.Levels.AsSpan(y * centred.Stride, centred.Stride));
            ref var under = ref MemoryMarshal.GetReference(Plane.Levels.AsSpan(((top + y) * Plane.Stride) + left, centred.Stride - GreyPlane.Lanes));
            for (var x = 0; x < centred.Width; x += GreyPlane.Lanes)
            {
                sum += Vector256.LoadUnsafe(ref of, (nuint)x) * Vector256.LoadUnsafe(ref under, (nuint)x);
            }
        }
        return Vector256.Sum(sum);
    }
}

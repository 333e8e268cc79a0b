using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Cosine similarity in double precision: the value that decides every order of the audit.</summary>
internal static class Cosine
{
    private const int Lanes = 8;

    /// <summary>The dot product of two vectors of the same length.</summary>
    /// <remarks>
    /// A product of two floats is exact in double; only the additions round. They are made in the same order on every machine
    /// (sixteen partial sums, then the rest one by one), so the result has the same bits everywhere.
    /// </remarks>
    // Hot from the first call: waiting for the tiers would cost a search its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var low = Vector512<double>.Zero;
        var high = Vector512<double>.Zero;
        var i = 0;
        for (; i <= a.Length - (2 * Lanes); i += 2 * Lanes)
        {
            var (lowA, highA) = Vector512.Widen(Vector512.Create(a.Slice(i, 2 * Lanes)));
            var (lowB, highB) = Vector512.Widen(Vector512.Create(b.Slice(i, 2 * Lanes)));
            low = Vector512.MultiplyAddEstimate(lowA, lowB, low);
            high = Vector512.MultiplyAddEstimate(highA, highB, high);
        }
        low += high;
        double sum = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            sum += low[lane];
        }
        for (; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }
        return sum;
    }

    /// <summary>The cosine of two vectors from their dot product and their squared norms, at most 1 in size.</summary>
    /// <remarks>Exactly 1 for a vector and itself: the root of a rounded square is the number that was squared.</remarks>
    public static double FromDot(double dot, double squaredNorm, double otherSquaredNorm) =>
        Math.Clamp(dot / Math.Sqrt(squaredNorm * otherSquaredNorm), -1, 1);

    /// <summary>How far a cosine computed with float products of vectors of this length can be from the true one.</summary>
    /// <remarks>
    /// γ(n) = n·u / (1 − n·u) with u = 2⁻²⁴ bounds a dot product's rounding in any order of addition, relative to the product of the
    /// norms (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., eq. 3.5); the eight added to n cover the scaling by
    /// the norms.
    /// </remarks>
    public static double FloatError(int width)
    {
        var n = (width + 8) * Math.ScaleB(1, -24);
        return n / (1 - n);
    }
}

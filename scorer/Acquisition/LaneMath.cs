using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>Exponential and logarithm in double precision, within 2 units in the last place, the same bits whatever the lanes.</summary>
internal static class LaneMath
{
    /// <summary>Below it <see cref="Exp"/> gives 0, so that no number is subnormal.</summary>
    public const double LeastExponent = -708;

    /// <summary>The least normal number; below it <see cref="Log"/> is of no use.</summary>
    public const double LeastNormal = 2.2250738585072014e-308;

    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts; the first has zeros at its end, so that its product with a small whole number is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // Added to a small number, it leaves the nearest whole number in the last bits.
    private const double Magic = 6755399441055744; // 1.5 · 2⁵²
    private const int MantissaBits = 52;

    /// <summary>e to the power of x, for x in (-∞, 0]; NaN stays NaN.</summary>
    /// <remarks>x = n · ln 2 + r with |r| ≤ ln 2 / 2; e^r is Taylor's series up to r¹³, whose error is below 2⁻⁵⁷.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        var shifted = T.FusedMultiplyAdd(x, T.Of(Log2E), T.Of(Magic));
        var n = shifted - T.Of(Magic);
        var r = T.FusedMultiplyAdd(n, T.Of(-Ln2Low), T.FusedMultiplyAdd(n, T.Of(-Ln2High), x));
        var q = T.Of(1 / 6227020800.0);
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 479001600.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 39916800.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 3628800.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 362880.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 40320.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 5040.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 720.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 120.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 24.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(1 / 6.0));
        q = T.FusedMultiplyAdd(q, r, T.Of(0.5));
        q = T.FusedMultiplyAdd(q, r * r, r) + T.Of(1);
        var power = T.BitsUp(T.AddBits(shifted, Bits<T>(1023)), MantissaBits);
        return T.WhereGreater(T.Of(LeastExponent), x, T.Of(0), q * power);
    }

    /// <summary>The natural logarithm of a normal, positive number; of others, any finite number.</summary>
    /// <remarks>
    /// x = 2^k · (1 + f) with 1 + f in [√½, √2); log(1 + f) is a polynomial in (f / (2 + f))², with the coefficients of FDLIBM's
    /// e_log.c (Sun Microsystems, 1993).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : struct, ILanes<T>
    {
        // 1024 more than k, so that it is never negative: the bits of x less those of √½, shifted down.
        var biased = T.BitsDown(T.AddBits(x, Bits<T>(0x4000000000000000 - 0x3FE6A09E667F3BCD)), MantissaBits);
        var k = T.AddBits(biased, T.Of(Magic)) - T.Of(Magic + 1024);
        var f = T.SubtractBits(T.AddBits(x, Bits<T>(1024L << MantissaBits)), T.BitsUp(biased, MantissaBits)) - T.Of(1);
        var s = f / (f + T.Of(2));
        var z = s * s;
        var r = T.Of(1.479819860511658591e-01);
        r = T.FusedMultiplyAdd(r, z, T.Of(1.531383769920937332e-01));
        r = T.FusedMultiplyAdd(r, z, T.Of(1.818357216161805012e-01));
        r = T.FusedMultiplyAdd(r, z, T.Of(2.222219843214978396e-01));
        r = T.FusedMultiplyAdd(r, z, T.Of(2.857142874366239149e-01));
        r = T.FusedMultiplyAdd(r, z, T.Of(3.999999999940941908e-01));
        r = T.FusedMultiplyAdd(r, z, T.Of(6.666666666666735130e-01));
        r *= z;
        var half = T.Of(0.5) * f * f;
        var low = T.FusedMultiplyAdd(s, half + r, k * T.Of(Ln2Low));
        return T.FusedMultiplyAdd(k, T.Of(Ln2High), f - (half - low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bits<T>(long bits)
        where T : struct, ILanes<T> => T.Of(BitConverter.Int64BitsToDouble(bits));
}

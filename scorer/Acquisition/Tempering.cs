using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>The scores that say how sure a prediction is, of probabilities of which a temperature makes others: softmax(log p / temperature).</summary>
internal static class Tempering
{
    /// <summary>Replaces confidence, least confidence, margin and entropy of a few rows.</summary>
    /// <param name="highest">The highest probability; NaN where there is none.</param>
    /// <param name="mean">[class, row] in steps of <see cref="RowBlock.Rows"/>: probabilities, times any number.</param>
    /// <param name="result">[score, row] in the same steps, as <see cref="ScoreKernel"/> has them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(double temperature, int classes, T highest, ref double mean, ref double result)
        where T : struct, ILanes<T>
    {
        var (inverse, least, zero, one) = (T.Of(1 / temperature), T.Of(LaneMath.LeastNormal), T.Of(0), T.Of(1));
        var most = least;
        for (var c = 0; c < classes; c++)
        {
            var value = T.Load(ref At(ref mean, c));
            most = T.WhereGreater(value, most, value, most);
        }
        var log = LaneMath.Log(most);
        var (sum, weighted, first, second) = (zero, zero, zero, zero);
        for (var c = 0; c < classes; c++)
        {
            var value = T.Load(ref At(ref mean, c));
            var power = (LaneMath.Log(T.WhereGreater(value, least, value, least)) - log) * inverse;
            power = T.WhereGreater(power, zero, zero, power); // Rounding may have made the highest more than it is.
            var share = LaneMath.Exp(power);
            (sum, weighted) = (sum + share, T.FusedMultiplyAdd(share, power, weighted));
            second = T.WhereGreater(share, first, first, T.WhereGreater(share, second, share, second));
            first = T.WhereGreater(share, first, share, first);
        }
        var confidence = T.WhereGreater(highest, zero, first / sum, highest);
        (one - confidence).Store(ref At(ref result, 0));
        (confidence - (second / sum)).Store(ref At(ref result, 1));
        (LaneMath.Log(sum) - (weighted / sum)).Store(ref At(ref result, 2));
        confidence.Store(ref At(ref result, 7));
    }

    private static ref double At(ref double first, int place) => ref Unsafe.Add(ref first, place * RowBlock.Rows);
}

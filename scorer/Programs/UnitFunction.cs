using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>out[u] = f(in[u]) for the smooth activations, within 3e-7 of the exact value or 1e-6 of its size.</summary>
/// <remarks>The error function: Abramowitz and Stegun, "Handbook of mathematical functions" (1964), 7.1.26.</remarks>
/// <param name="sources">The places of the inputs.</param>
/// <param name="target">The place of the first output; the others follow.</param>
internal sealed unsafe class UnitFunction(int[] sources, int target, Func<Vector256<float>, Vector256<float>> function) : UnitStep
{
    private static readonly Vector256<float> One = Vector256<float>.One;

    public static readonly Func<Vector256<float>, Vector256<float>> Sigmoid = x => One / (One + Vector256.Exp(-x));

    public static readonly Func<Vector256<float>, Vector256<float>> Tanh = x => One - Vector256.Create(2f) / (Vector256.Exp(x + x) + One);

    public static readonly Func<Vector256<float>, Vector256<float>> Gelu = x => x * 0.5f * (One + Erf(x * 0.70710678f));

    /// <inheritdoc/>
    public override void Run(float* units, int stride, int rows)
    {
        for (var unit = 0; unit < sources.Length; unit++)
        {
            var x = units + (long)sources[unit] * stride;
            var y = units + (long)(target + unit) * stride;
            for (var row = 0; row < rows; row += Vector256<float>.Count)
            {
                function(Vector256.Load(x + row)).Store(y + row);
            }
        }
    }

    public static Vector256<float> Erf(Vector256<float> x)
    {
        var size = Vector256.Abs(x);
        var t = One / (One + size * 0.3275911f);
        var series = t * (Vector256.Create(0.254829592f) + t * (Vector256.Create(-0.284496736f) + t * (Vector256.Create(1.421413741f) + t * (Vector256.Create(-1.453152027f) + t * 1.061405429f))));
        return Vector256.CopySign(One - series * Vector256.Exp(-size * size), x);
    }
}

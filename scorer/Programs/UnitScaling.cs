using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>out[u] = f(in[u] · scale[u] + shift[u]): masks, constants added, batch normalisation, or an activation alone.</summary>
/// <param name="sources">The places of the inputs.</param>
/// <param name="target">The place of the first output; the others follow.</param>
internal sealed unsafe class UnitScaling(int[] sources, int target, float[] scale, float[] shift, Activation activation) : UnitStep
{
    /// <inheritdoc/>
    public override void Run(float* units, int stride, int rows)
    {
        for (var unit = 0; unit < sources.Length; unit++)
        {
            var x = units + (long)sources[unit] * stride;
            var y = units + (long)(target + unit) * stride;
            var (factor, offset) = (Vector256.Create(scale[unit]), Vector256.Create(shift[unit]));
            for (var row = 0; row < rows; row += Vector256<float>.Count)
            {
                activation.Apply(Vector256.FusedMultiplyAdd(Vector256.Load(x + row), factor, offset)).Store(y + row);
            }
        }
    }
}

using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>out = the mean of the inputs, row by row, added up in double.</summary>
/// <param name="sources">The places of the inputs.</param>
/// <param name="target">The place of the one output.</param>
internal sealed unsafe class UnitMean(int[] sources, int target) : UnitStep
{
    /// <inheritdoc/>
    public override void Run(float* units, int stride, int rows)
    {
        for (var row = 0; row < rows; row += Vector256<float>.Count)
        {
            var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
            foreach (var source in sources)
            {
                var (first, second) = Vector256.Widen(Vector256.Load(units + (long)source * stride + row));
                (low, high) = (low + first, high + second);
            }
            Vector256.Narrow(low / sources.Length, high / sources.Length).Store(units + (long)target * stride + row);
        }
    }
}

using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>out[u] = a[u] + b[u], or · or − or /: residual connections and gates.</summary>
/// <param name="target">The place of the first output; the others follow.</param>
/// <param name="operation">The ONNX operator.</param>
internal sealed unsafe class UnitCombination(string operation, int[] a, int[] b, int target) : UnitStep
{
    private readonly Func<Vector256<float>, Vector256<float>, Vector256<float>> combine = operation switch
    {
        "Add" => (x, z) => x + z,
        "Sub" => (x, z) => x - z,
        "Mul" => (x, z) => x * z,
        _ => (x, z) => x / z,
    };

    /// <inheritdoc/>
    public override void Run(float* units, int stride, int rows)
    {
        for (var unit = 0; unit < a.Length; unit++)
        {
            var x = units + (long)a[unit] * stride;
            var z = units + (long)b[unit] * stride;
            var y = units + (long)(target + unit) * stride;
            for (var row = 0; row < rows; row += Vector256<float>.Count)
            {
                combine(Vector256.Load(x + row), Vector256.Load(z + row)).Store(y + row);
            }
        }
    }
}

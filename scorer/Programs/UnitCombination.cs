using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>out[u] = a[u] + b[u], or · or − or /: residual connections and gates.</summary>
/// <param name="operation">The ONNX operator.</param>
/// <param name="target">The place of the first output; the others follow.</param>
internal sealed unsafe class UnitCombination(string operation, int[] a, int[] b, int target) : UnitStep
{
    public static readonly IReadOnlySet<string> Operations = new HashSet<string> { "Add", "Sub", "Mul", "Div" };

    /// <inheritdoc/>
    public override void Run(float* units, int rows)
    {
        for (var unit = 0; unit < a.Length; unit++)
        {
            var x = units + (long)a[unit] * rows;
            var z = units + (long)b[unit] * rows;
            var y = units + (long)(target + unit) * rows;
            for (var row = 0; row < rows; row += Vector256<float>.Count)
            {
                var (left, right) = (Vector256.Load(x + row), Vector256.Load(z + row));
                var result = operation switch
                {
                    "Add" => left + right,
                    "Sub" => left - right,
                    "Mul" => left * right,
                    _ => left / right,
                };
                result.Store(y + row);
            }
        }
    }
}

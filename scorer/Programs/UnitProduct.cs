using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Programs;

/// <summary>A dense product on unit vectors: out[o] = f(Σ_u in[u] · weights[u, o] + bias[o]), rows in the lanes.</summary>
/// <remarks>
/// The inputs are named by place, so leaving units out costs nothing. Each output adds its inputs up in their order with fused multiply-adds,
/// one row a lane: the bits do not depend on the width of the registers or on the row's neighbours. Registers hold 6 outputs of 64 rows
/// (AVX-512) or of 16 (AVX2), which is what keeps two multiply-adders busy; cf. Goto and van de Geijn, "Anatomy of high-performance matrix
/// multiplication" (2008).
/// </remarks>
/// <param name="sources">The places of the inputs.</param>
/// <param name="target">The place of the first output; the others follow.</param>
internal sealed unsafe class UnitProduct(int[] sources, int target, PackedWeights product, Activation activation) : UnitStep
{
    private const int Outputs = PackedWeights.Block; // of one pass over the inputs
    private const int WideRows = 64;
    private const int NarrowRows = 16;

    public PackedWeights Weights => product;

    /// <inheritdoc/>
    public override void Run(float* units, int stride, int rows) => Run(units, stride, rows, Vector512.IsHardwareAccelerated);

    /// <summary>The same with registers of 512 bits or of 256.</summary>
    internal void Run(float* units, int stride, int rows, bool wide)
    {
        fixed (float* w = product.Weights, b = product.Bias)
        fixed (int* inputs = sources)
        {
            var y = units + (long)target * stride;
            var step = (long)sources.Length * Outputs;
            for (var row = 0; row < rows;)
            {
                var whole = wide && rows - row >= WideRows;
                for (var o = 0; o < product.Outputs; o += Outputs)
                {
                    var block = w + o / Outputs * step;
                    var count = Math.Min(Outputs, product.Outputs - o);
                    if (whole)
                    {
                        Wide(units + row, stride, inputs, block, b + o, y + (long)o * stride + row, count);
                    }
                    else
                    {
                        Narrow(units + row, stride, inputs, block, b + o, y + (long)o * stride + row, count);
                    }
                }
                row += whole ? WideRows : NarrowRows;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Wide(float* x, int stride, int* inputs, float* w, float* b, float* y, int count)
    {
        Vector512<float> y00 = Vector512.Create(b[0]), y01 = y00, y02 = y00, y03 = y00;
        Vector512<float> y10 = Vector512.Create(b[1]), y11 = y10, y12 = y10, y13 = y10;
        Vector512<float> y20 = Vector512.Create(b[2]), y21 = y20, y22 = y20, y23 = y20;
        Vector512<float> y30 = Vector512.Create(b[3]), y31 = y30, y32 = y30, y33 = y30;
        Vector512<float> y40 = Vector512.Create(b[4]), y41 = y40, y42 = y40, y43 = y40;
        Vector512<float> y50 = Vector512.Create(b[5]), y51 = y50, y52 = y50, y53 = y50;
        for (var end = inputs + sources.Length; inputs < end; inputs++, w += Outputs)
        {
            var unit = x + (long)*inputs * stride;
            var (x0, x1, x2, x3) = (Vector512.Load(unit), Vector512.Load(unit + 16), Vector512.Load(unit + 32), Vector512.Load(unit + 48));
            var weight = Vector512.Create(w[0]);
            y00 = Vector512.FusedMultiplyAdd(weight, x0, y00);
            y01 = Vector512.FusedMultiplyAdd(weight, x1, y01);
            y02 = Vector512.FusedMultiplyAdd(weight, x2, y02);
            y03 = Vector512.FusedMultiplyAdd(weight, x3, y03);
            weight = Vector512.Create(w[1]);
            y10 = Vector512.FusedMultiplyAdd(weight, x0, y10);
            y11 = Vector512.FusedMultiplyAdd(weight, x1, y11);
            y12 = Vector512.FusedMultiplyAdd(weight, x2, y12);
            y13 = Vector512.FusedMultiplyAdd(weight, x3, y13);
            weight = Vector512.Create(w[2]);
            y20 = Vector512.FusedMultiplyAdd(weight, x0, y20);
            y21 = Vector512.FusedMultiplyAdd(weight, x1, y21);
            y22 = Vector512.FusedMultiplyAdd(weight, x2, y22);
            y23 = Vector512.FusedMultiplyAdd(weight, x3, y23);
            weight = Vector512.Create(w[3]);
            y30 = Vector512.FusedMultiplyAdd(weight, x0, y30);
            y31 = Vector512.FusedMultiplyAdd(weight, x1, y31);
            y32 = Vector512.FusedMultiplyAdd(weight, x2, y32);
            y33 = Vector512.FusedMultiplyAdd(weight, x3, y33);
            weight = Vector512.Create(w[4]);
            y40 = Vector512.FusedMultiplyAdd(weight, x0, y40);
            y41 = Vector512.FusedMultiplyAdd(weight, x1, y41);
            y42 = Vector512.FusedMultiplyAdd(weight, x2, y42);
            y43 = Vector512.FusedMultiplyAdd(weight, x3, y43);
            weight = Vector512.Create(w[5]);
            y50 = Vector512.FusedMultiplyAdd(weight, x0, y50);
            y51 = Vector512.FusedMultiplyAdd(weight, x1, y51);
            y52 = Vector512.FusedMultiplyAdd(weight, x2, y52);
            y53 = Vector512.FusedMultiplyAdd(weight, x3, y53);
        }
        Store(y00, y01, y02, y03, y, count > 0);
        Store(y10, y11, y12, y13, y + stride, count > 1);
        Store(y20, y21, y22, y23, y + 2L * stride, count > 2);
        Store(y30, y31, y32, y33, y + 3L * stride, count > 3);
        Store(y40, y41, y42, y43, y + 4L * stride, count > 4);
        Store(y50, y51, y52, y53, y + 5L * stride, count > 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Narrow(float* x, int stride, int* inputs, float* w, float* b, float* y, int count)
    {
        Vector256<float> y00 = Vector256.Create(b[0]), y01 = y00;
        Vector256<float> y10 = Vector256.Create(b[1]), y11 = y10;
        Vector256<float> y20 = Vector256.Create(b[2]), y21 = y20;
        Vector256<float> y30 = Vector256.Create(b[3]), y31 = y30;
        Vector256<float> y40 = Vector256.Create(b[4]), y41 = y40;
        Vector256<float> y50 = Vector256.Create(b[5]), y51 = y50;
        for (var end = inputs + sources.Length; inputs < end; inputs++, w += Outputs)
        {
            var unit = x + (long)*inputs * stride;
            var (x0, x1) = (Vector256.Load(unit), Vector256.Load(unit + 8));
            var weight = Vector256.Create(w[0]);
            y00 = Vector256.FusedMultiplyAdd(weight, x0, y00);
            y01 = Vector256.FusedMultiplyAdd(weight, x1, y01);
            weight = Vector256.Create(w[1]);
            y10 = Vector256.FusedMultiplyAdd(weight, x0, y10);
            y11 = Vector256.FusedMultiplyAdd(weight, x1, y11);
            weight = Vector256.Create(w[2]);
            y20 = Vector256.FusedMultiplyAdd(weight, x0, y20);
            y21 = Vector256.FusedMultiplyAdd(weight, x1, y21);
            weight = Vector256.Create(w[3]);
            y30 = Vector256.FusedMultiplyAdd(weight, x0, y30);
            y31 = Vector256.FusedMultiplyAdd(weight, x1, y31);
            weight = Vector256.Create(w[4]);
            y40 = Vector256.FusedMultiplyAdd(weight, x0, y40);
            y41 = Vector256.FusedMultiplyAdd(weight, x1, y41);
            weight = Vector256.Create(w[5]);
            y50 = Vector256.FusedMultiplyAdd(weight, x0, y50);
            y51 = Vector256.FusedMultiplyAdd(weight, x1, y51);
        }
        Store(y00, y01, y, count > 0);
        Store(y10, y11, y + stride, count > 1);
        Store(y20, y21, y + 2L * stride, count > 2);
        Store(y30, y31, y + 3L * stride, count > 3);
        Store(y40, y41, y + 4L * stride, count > 4);
        Store(y50, y51, y + 5L * stride, count > 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Vector512<float> y0, Vector512<float> y1, Vector512<float> y2, Vector512<float> y3, float* y, bool isKept)
    {
        if (isKept)
        {
            activation.Apply(y0).Store(y);
            activation.Apply(y1).Store(y + 16);
            activation.Apply(y2).Store(y + 32);
            activation.Apply(y3).Store(y + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Vector256<float> y0, Vector256<float> y1, float* y, bool isKept)
    {
        if (isKept)
        {
            activation.Apply(y0).Store(y);
            activation.Apply(y1).Store(y + 8);
        }
    }
}

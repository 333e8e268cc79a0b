using Microsoft.ML.OnnxRuntime;

namespace ParquetPool.Sessions;

/// <summary>A tensor in pinned memory that ONNX Runtime reads and writes in place.</summary>
/// <remarks>Owned by its maker; dispose after every run that uses it has ended.</remarks>
public sealed class TensorBuffer : IDisposable
{
    private readonly float[]? floats;
    private readonly int offset;
    private readonly int length;

    private TensorBuffer(float[]? floats, int offset, OrtValue value, long[] dims) =>
        (this.floats, this.offset, length, Value, Dims) = (floats, offset, Count(dims), value, dims);

    /// <summary>A zero-filled float tensor of shape <paramref name="dims"/>.</summary>
    public static TensorBuffer Floats(params long[] dims)
    {
        var data = GC.AllocateArray<float>(Count(dims), pinned: true);
        return new TensorBuffer(data, 0, OrtValue.CreateTensorValueFromMemory(data, dims), dims);
    }

    /// <summary>A 64-bit integer tensor of shape <paramref name="dims"/> with the given values.</summary>
    public static TensorBuffer Int64s(long[] values, params long[] dims)
    {
        var data = GC.AllocateArray<long>(Count(dims), pinned: true);
        values.CopyTo(data, 0);
        return new TensorBuffer(null, 0, OrtValue.CreateTensorValueFromMemory(data, dims), dims);
    }

    /// <summary>A tensor of shape <paramref name="dims"/> in this float tensor's memory, from element <paramref name="first"/> on.</summary>
    /// <remarks>It has to be disposed too, before this one's memory is given up.</remarks>
    public TensorBuffer Part(int first, params long[] dims)
    {
        var memory = Array.AsMemory(offset + first, Count(dims));
        return new TensorBuffer(Array, offset + first, OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, dims), dims);
    }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>The elements of a float tensor, row-major.</summary>
    public Span<float> Span => Array.AsSpan(offset, length);

    private float[] Array => floats ?? throw new InvalidOperationException("not a float tensor");

    internal OrtValue Value { get; }

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();

    private static int Count(long[] dims) => checked((int)dims.Aggregate(1L, (a, b) => a * b));
}

using Microsoft.ML.OnnxRuntime;

namespace ParquetPool.Sessions;

/// <summary>A tensor in pinned memory that ONNX Runtime reads and writes in place.</summary>
/// <remarks>Owned by its maker; dispose after every run that uses it has ended.</remarks>
public sealed class TensorBuffer : IDisposable
{
    private readonly float[]? array;

    private TensorBuffer(float[]? array, Memory<float> floats, OrtValue value, long[] dims) =>
        (this.array, Memory, Value, Dims) = (array, floats, value, dims);

    /// <summary>A zero-filled float tensor of shape <paramref name="dims"/>.</summary>
    public static TensorBuffer Floats(params long[] dims)
    {
        var data = GC.AllocateArray<float>(Count(dims), pinned: true);
        return new TensorBuffer(data, data, OrtValue.CreateTensorValueFromMemory(data, dims), dims);
    }

    /// <summary>A float tensor of shape <paramref name="dims"/> over the front of <paramref name="memory"/>, which it shares with others.</summary>
    /// <remarks>The memory stays pinned until the tensor is disposed.</remarks>
    public static TensorBuffer Over(Memory<float> memory, params long[] dims)
    {
        var front = memory[..Count(dims)];
        return new TensorBuffer(null, front, OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, front, dims), dims);
    }

    /// <summary>A 64-bit integer tensor of shape <paramref name="dims"/> with the given values.</summary>
    public static TensorBuffer Int64s(long[] values, params long[] dims)
    {
        var data = GC.AllocateArray<long>(Count(dims), pinned: true);
        values.CopyTo(data, 0);
        return new TensorBuffer(null, default, OrtValue.CreateTensorValueFromMemory(data, dims), dims);
    }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>The elements of a float tensor, row-major.</summary>
    public Span<float> Span => Memory.Span;

    /// <summary>The elements of a float tensor, to lay further tensors over them.</summary>
    public Memory<float> Memory { get; }

    /// <summary>The elements of a float tensor as the array that is pinned.</summary>
    public float[] Array => array ?? throw new InvalidOperationException("not a float tensor with an array of its own");

    internal OrtValue Value { get; }

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();

    private static int Count(long[] dims) => checked((int)dims.Aggregate(1L, (a, b) => a * b));
}

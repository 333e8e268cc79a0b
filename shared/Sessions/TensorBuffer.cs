using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ParquetPool.Sessions;

/// <summary>A tensor in pinned memory that ONNX Runtime reads and writes in place.</summary>
/// <remarks>
/// Owned by its maker; dispose after every run that uses it has ended. The memory starts at a cache line: ONNX Runtime's sums add up in
/// an order that depends on where their input begins, and the same inputs shall give the same bytes.
/// </remarks>
public sealed class TensorBuffer : IDisposable
{
    private const int CacheLine = 64;

    /// <summary>A tensor that is there; its elements can be reached where they are floats.</summary>
    internal TensorBuffer(Memory<float> floats, OrtValue value, long[] dims) => (Memory, Value, Dims) = (floats, value, dims);

    /// <summary>Zero-filled pinned memory that starts at a cache line, for <see cref="Over"/>.</summary>
    public static Memory<float> Allocate(int length)
    {
        var array = GC.AllocateArray<float>(length + (CacheLine / sizeof(float)), pinned: true);
        var misplaced = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % CacheLine);
        return array.AsMemory((CacheLine - misplaced) % CacheLine / sizeof(float), length);
    }

    /// <summary>A zero-filled float tensor of shape <paramref name="dims"/>.</summary>
    public static TensorBuffer Floats(params long[] dims) => Over(Allocate(Count(dims)), dims);

    /// <summary>A float tensor of shape <paramref name="dims"/> over the front of <paramref name="memory"/>, which it shares with others.</summary>
    /// <remarks>The memory stays pinned until the tensor is disposed.</remarks>
    public static TensorBuffer Over(Memory<float> memory, params long[] dims)
    {
        var front = memory[..Count(dims)];
        return new TensorBuffer(front, OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, front, dims), dims);
    }

    /// <summary>An integer tensor of shape <paramref name="dims"/>, say of token ids.</summary>
    public static TensorBuffer Int64s(long[] values, params long[] dims)
    {
        var data = GC.AllocateArray<long>(Count(dims), pinned: true);
        values.CopyTo(data, 0);
        return new TensorBuffer(default, OrtValue.CreateTensorValueFromMemory(data, dims), dims);
    }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>The elements of a float tensor, row-major.</summary>
    public Span<float> Span => Memory.Span;

    /// <summary>The elements of a float tensor, to lay further tensors over them.</summary>
    public Memory<float> Memory { get; }

    internal OrtValue Value { get; }

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();

    private static int Count(long[] dims) => checked((int)dims.Aggregate(1L, (a, b) => a * b));
}

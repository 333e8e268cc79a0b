using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Differentiation;

namespace ParquetPool.Trainer.Training;

/// <summary>All parameters, their gradients and the optimiser's state, each kind in one block of pinned memory.</summary>
internal sealed class ParameterStore : IDisposable
{
    /// <summary>Floats in a cache line, where each tensor starts.</summary>
    private const int Alignment = 16;

    private readonly Memory<float> values;
    private readonly Memory<float> gradients;
    private readonly Memory<float> first;
    private readonly Memory<float> second;
    private readonly List<(int Start, int Length, bool Decays)> tensors = [];

    public ParameterStore(TrainingGraph graph, Optimiser optimiser)
    {
        var dims = graph.Parameters.Select(p => graph.Initial[p].Dims.ToArray()).ToArray();
        var length = 0;
        foreach (var shape in dims)
        {
            var count = checked((int)shape.Aggregate(1L, (a, b) => a * b));
            tensors.Add((length, count, shape.Length > 1));
            length += (count + Alignment - 1) / Alignment * Alignment;
        }
        values = TensorBuffer.Allocate(length);
        gradients = TensorBuffer.Allocate(length);
        first = TensorBuffer.Allocate(optimiser.StateSize > 0 ? length : 0);
        second = TensorBuffer.Allocate(optimiser.StateSize > 1 ? length : 0);
        Values = Lay(graph.Parameters, values, dims);
        Gradients = Lay(graph.Parameters.Select(p => graph.Gradients[p]), gradients, dims);
        foreach (var (name, buffer) in Values)
        {
            Tensors.ToFloats(graph.Initial[name]).CopyTo(buffer.Span);
        }
    }

    /// <summary>By parameter.</summary>
    public IReadOnlyDictionary<string, TensorBuffer> Values { get; }

    /// <summary>By output of the training graph.</summary>
    public IReadOnlyDictionary<string, TensorBuffer> Gradients { get; }

    /// <summary>One pass of <paramref name="optimiser"/>; <paramref name="step"/> counts from 1.</summary>
    public void Update(Optimiser optimiser, float rate, int step)
    {
        foreach (var (start, length, decays) in tensors)
        {
            optimiser.Update(
                values.Span.Slice(start, length), gradients.Span.Slice(start, length), Part(first, start, length), Part(second, start, length), rate, step, decays);
        }
    }

    /// <summary>Copies of the optimiser's state, by parameter; empty where it has none.</summary>
    public (IReadOnlyDictionary<string, float[]> First, IReadOnlyDictionary<string, float[]> Second) Moments() => (Copy(first), Copy(second));

    /// <summary>Takes back what <see cref="Moments"/> gave; parameters that are not among it keep theirs.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> firstMoments, IReadOnlyDictionary<string, float[]> secondMoments)
    {
        foreach (var (name, (start, length, _)) in Values.Keys.Zip(tensors))
        {
            firstMoments.GetValueOrDefault(name)?.CopyTo(Part(first, start, length));
            secondMoments.GetValueOrDefault(name)?.CopyTo(Part(second, start, length));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in Values.Values.Concat(Gradients.Values))
        {
            buffer.Dispose();
        }
    }

    private Dictionary<string, TensorBuffer> Lay(IEnumerable<string> names, Memory<float> block, long[][] dims) =>
        names.Select((name, i) => (name, Buffer: TensorBuffer.Over(block.Slice(tensors[i].Start, tensors[i].Length), dims[i])))
            .ToDictionary(t => t.name, t => t.Buffer);

    private Dictionary<string, float[]> Copy(Memory<float> block) =>
        block.IsEmpty ? [] : Values.Keys.Zip(tensors).ToDictionary(t => t.First, t => block.Slice(t.Second.Start, t.Second.Length).ToArray());

    private static Span<float> Part(Memory<float> block, int start, int length) => block.IsEmpty ? [] : block.Span.Slice(start, length);
}

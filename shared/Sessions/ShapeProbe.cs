using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Sessions;

/// <summary>The shape of every value of a graph, found by running it, so that it holds for any operator there is.</summary>
/// <remarks>
/// The graph runs on zeros with two batch sizes; a dimension that grows with the batch is stated as -1 when it equals the batch size,
/// and as -k when it is k times the batch size. One that changes otherwise is 0; a value that is no tensor has the shape [0].
/// </remarks>
public static class ShapeProbe
{
    private const int First = 3;
    private const int Second = 5;
    private static readonly long[] NoTensor = [0];

    /// <summary>The processor time that a model may take for a few rows when it is opened.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Probes all node outputs, inputs and initializers of <paramref name="model"/>.</summary>
    /// <param name="inputs">The feature inputs and their dimensions, -1 for the batch, -k for k times it.</param>
    public static IReadOnlyDictionary<string, long[]> Shapes(ModelProto model, IReadOnlyDictionary<string, long[]> inputs)
    {
        var probe = model.Clone();
        probe.Graph.Output.Clear();
        List<string> values = [.. probe.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0)];
        probe.Graph.Output.AddRange(values.Select(value => new ValueInfoProto { Name = value }));
        var shapes = new Dictionary<string, long[]>();
        using (var session = new ModelSession(probe))
        {
            var first = Run(session, inputs, First);
            var second = Run(session, inputs, Second);
            foreach (var name in values)
            {
                shapes[name] = first.TryGetValue(name, out var dims) && second.TryGetValue(name, out var others) && dims.Length == others.Length
                    ? [.. dims.Zip(others, Generalise)]
                    : NoTensor;
            }
        }
        foreach (var (name, dims) in inputs)
        {
            shapes[name] = dims;
        }
        foreach (var tensor in model.Graph.Initializer)
        {
            shapes[tensor.Name] = [.. tensor.Dims];
        }
        return shapes;
    }

    private static Dictionary<string, long[]> Run(ModelSession session, IReadOnlyDictionary<string, long[]> inputs, int batch)
    {
        var buffers = inputs.ToDictionary(i => i.Key, i => TensorBuffer.Floats([.. i.Value.Select(d => d < 0 ? -d * batch : d)]));
        try
        {
            return session.Run(buffers, Patience).ToDictionary(o => o.Key, o => o.Value.Dims);
        }
        finally
        {
            foreach (var buffer in buffers.Values)
            {
                buffer.Dispose();
            }
        }
    }

    private static long Generalise(long first, long second) =>
        first == second ? first
        : first % First == 0 && first / First * Second == second ? -(first / First)
        : 0;
}

using ParquetPool.Engine;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Networks;

/// <summary>Builds and runs small networks.</summary>
internal static class NetworkFixture
{
    public static Network Build(string json, int classes = 3, ulong seed = 1, params VectorColumn[] columns) =>
        Build(NetworkSpec.Parse(json, "test.json"), classes, seed, columns);

    public static Network Build(NetworkSpec spec, int classes, ulong seed, params VectorColumn[] columns) =>
        NetworkBuilder.Build(spec, columns, classes, Unchanged(columns.Sum(c => c.Width)), seed);

    public static Standardisation Unchanged(int width) => new(new float[width], [.. Enumerable.Repeat(1f, width)]);

    /// <summary>Runs the graph on features that differ from row to row and place to place.</summary>
    public static IReadOnlyDictionary<string, (float[] Values, long[] Dims)> Run(ModelProto model, Network network, int rows)
    {
        using var session = new ModelSession(model);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => Ramp(rows, (int)i.Dims[1]));
        try
        {
            return session.Run(inputs);
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static TensorBuffer Ramp(int rows, int width)
    {
        var buffer = TensorBuffer.Floats(rows, width);
        for (var i = 0; i < buffer.Span.Length; i++)
        {
            buffer.Span[i] = MathF.Sin(i);
        }
        return buffer;
    }
}

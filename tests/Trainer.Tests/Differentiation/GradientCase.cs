using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Differentiation;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Differentiation;

/// <summary>A small graph of parameters whose gradients are compared with finite differences.</summary>
/// <param name="Build">From the graph, the parameters' names (and last the batch input's) to the value under test.</param>
/// <param name="Dims">The parameters' shapes.</param>
public sealed record GradientCase(string Name, Func<GraphBuilder, string[], string> Build, params long[][] Dims)
{
    private const float Step = 5e-3f;
    private const int Rows = 3;

    /// <summary>The middle of the parameters' values, which span ±1 around it.</summary>
    public float Centre { get; init; }

    /// <summary>The shape of an input with -1 for the batch, where the case needs one.</summary>
    public long[]? Batch { get; init; }

    public int Opset { get; init; } = GraphBuilder.Opset;

    public bool FreezeBatchNorm { get; init; }

    public override string ToString() => Name;

    public void Check()
    {
        var (graph, parameters, value) = Differentiate();
        var buffers = Inputs(graph);
        using var session = new ModelSession(graph.Model);
        var direction = buffers["direction"].Span.ToArray();
        double Loss() => session.Run(buffers)[value].Values.Zip(direction, (y, d) => (double)y * d).Sum();
        var gradients = session.Run(buffers);
        foreach (var parameter in parameters)
        {
            var (actual, at) = (gradients[graph.Gradients[parameter]], buffers[parameter].Memory.ToArray());
            actual.Dims.Should().Equal(graph.Initial[parameter].Dims);
            for (var i = 0; i < at.Length; i += Math.Max(1, at.Length / 24))
            {
                buffers[parameter].Span[i] = at[i] + Step;
                var above = Loss();
                buffers[parameter].Span[i] = at[i] - Step;
                var below = Loss();
                buffers[parameter].Span[i] = at[i];
                var expected = (above - below) / (2.0 * Step);
                actual.Values[i].Should().BeApproximately((float)expected, (float)(1e-3 + (5e-3 * Math.Abs(expected))), $"d/d{parameter}[{i}]");
            }
        }
    }

    /// <summary>The loss is the sum of the value under test times a fixed direction, so that every element of the gradient matters.</summary>
    private (TrainingGraph Graph, string[] Parameters, string Value) Differentiate()
    {
        var g = new GraphBuilder("case", Opset);
        var names = Dims.Select((dims, i) => g.Constant($"p{i}", Spread((int)dims.Aggregate(1L, (a, b) => a * b), i, Centre), dims)).ToArray();
        var inputs = new Dictionary<string, long[]>();
        if (Batch is not null)
        {
            inputs["x"] = Batch;
            g.Input("x", DataType.Float, Batch);
        }
        var value = Build(g, [.. names, .. inputs.Keys]);
        var dims = ShapeProbe.Shapes(g.Model, inputs)[value];
        inputs["direction"] = dims;
        var loss = g.Op("ReduceSum", [g.Op("Mul", [value, g.Input("direction", DataType.Float, dims)])], Attributes.Int("keepdims", 0));
        return (TrainingGraph.Differentiate(g.Model, loss, names, inputs, FreezeBatchNorm, [value]), names, value);
    }

    private static Dictionary<string, TensorBuffer> Inputs(TrainingGraph graph)
    {
        var buffers = new Dictionary<string, TensorBuffer>();
        foreach (var input in graph.Model.Graph.Input)
        {
            var dims = graph.Shapes[input.Name].Select(d => d < 0 ? -d * Rows : d).ToArray();
            var buffer = TensorBuffer.Floats(dims);
            var values = graph.Initial.TryGetValue(input.Name, out var tensor) ? Tensors.ToFloats(tensor)
                : Spread(buffer.Span.Length, 7, 0);
            if (graph.Masks.Any(m => m.Input == input.Name))
            {
                values = Array.ConvertAll(values, v => v > 0 ? 2f : 0f);
            }
            values.CopyTo(buffer.Span);
            buffers[input.Name] = buffer;
        }
        return buffers;
    }

    /// <summary>Evenly spaced values in a mixed order: none at 0 and no two within a step, so that no kink is crossed.</summary>
    private static float[] Spread(int count, int salt, float centre)
    {
        var random = new Random(salt + 1);
        var values = Enumerable.Range(0, count).Select(i => centre + ((2f * i + 1 + (0.1f * salt)) / count) - 1).ToArray();
        random.Shuffle(values);
        return values;
    }
}

using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Finds the operator by which a row comes to depend on the rows beside it.</summary>
internal static class BatchOperator
{
    private const int Rows = 8;

    /// <summary>The first node whose output changes for a row when another row does, or when the order does; null where none is found.</summary>
    /// <param name="package">Tells what the inputs take.</param>
    public static NodeProto? Find(ModelGraph graph, IReadOnlyDictionary<string, long[]> inputs, ModelPackage package) =>
        Find(graph, inputs, package, isPositive: false) ?? Find(graph, inputs, package, isPositive: true); // Some operators make NaN of all that is below 0.

    private static NodeProto? Find(ModelGraph graph, IReadOnlyDictionary<string, long[]> inputs, ModelPackage package, bool isPositive)
    {
        var model = DropoutSwitch.Off(graph.Model);
        model.Graph.Output.Clear();
        model.Graph.Output.AddRange(model.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0).Select(o => new ValueInfoProto { Name = o }));
        using var session = new ModelSession(model);
        var wholes = inputs.Keys.ToDictionary(name => name, name => TokenInputs.Count(package, name));
        var plain = Run(session, inputs, wholes, isPositive, at => at, odd: -1);
        var beside = Run(session, inputs, wholes, isPositive, at => at, odd: 0);
        var reversed = Run(session, inputs, wholes, isPositive, at => Rows - 1 - at, odd: -1);
        return model.Graph.Node.FirstOrDefault(n => n.Output.Any(o => Differs(o, plain, beside, at => at, odd: 0)))
            ?? model.Graph.Node.FirstOrDefault(n => n.Output.Any(o => Differs(o, plain, reversed, at => Rows - 1 - at, odd: -1)));

        bool Differs(string value, IReadOnlyDictionary<string, (float[] Values, long[] Dims)> one, IReadOnlyDictionary<string, (float[] Values, long[] Dims)> other, Func<int, int> place, int odd)
        {
            if (!one.TryGetValue(value, out var a) || !other.TryGetValue(value, out var b) || graph.Shapes.GetValueOrDefault(value) is not { } shape || shape.Count(d => d < 0) > 1 || shape.Contains(0) || shape.Any(d => d < -1))
            {
                return false;
            }
            if (!a.Dims.SequenceEqual(b.Dims))
            {
                return true;
            }
            var axis = Array.IndexOf(shape, -1L);
            var inner = axis < 0 ? 1 : (int)a.Dims.Skip(axis + 1).Aggregate(1L, (x, d) => x * d);
            var size = a.Values.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (var i = 0; i < a.Values.Length; i++)
            {
                var row = axis < 0 ? -2 : i / inner % Rows;
                var moved = axis < 0 ? i : i + ((place(row) - row) * inner);
                if (row != odd && !a.Values[i].Equals(b.Values[moved]) && !(Math.Abs(a.Values[i] - b.Values[moved]) <= 1e-4 * Math.Max(size, 1e-3)))
                {
                    return true;
                }
            }
            return false;
        }
    }

    private static IReadOnlyDictionary<string, (float[] Values, long[] Dims)> Run(ModelSession session, IReadOnlyDictionary<string, long[]> inputs, Dictionary<string, int> wholes, bool isPositive, Func<int, int> place, int odd)
    {
        var buffers = inputs.ToDictionary(i => i.Key, i => TensorBuffer.Floats([.. i.Value.Select(d => d < 0 ? -d * Rows : d)]));
        try
        {
            foreach (var (at, (name, buffer)) in buffers.Index())
            {
                var width = buffer.Span.Length / Rows;
                var numbers = new float[buffer.Span.Length];
                ProbeRows.Fill(numbers, width, at, wholes[name]);
                if (isPositive)
                {
                    TensorPrimitives.Abs(numbers, numbers);
                }
                for (var r = 0; r < Rows; r++)
                {
                    numbers.AsSpan(place(r) * width, width).CopyTo(buffer.Span[(r * width)..]);
                }
                for (var i = 0; odd >= 0 && i < width; i++)
                {
                    buffer.Span[(odd * width) + i] = wholes[name] > 0 ? wholes[name] - 1 - numbers[(odd * width) + i] : numbers[(odd * width) + i] * 1000;
                }
            }
            return session.Run(buffers, ShapeProbe.Patience);
        }
        finally
        {
            foreach (var buffer in buffers.Values)
            {
                buffer.Dispose();
            }
        }
    }
}

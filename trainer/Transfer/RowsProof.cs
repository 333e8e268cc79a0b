using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;

namespace ParquetPool.Trainer.Transfer;

/// <summary>What a graph that was exported for one number of rows must show once it takes any.</summary>
internal static class RowsProof
{
    private const float Tolerance = 1e-3f;

    /// <summary>Requires that every row of a larger batch gives what it gives in a batch of the old size.</summary>
    /// <param name="path">The model's, for messages.</param>
    /// <param name="exported">For <paramref name="rows"/> rows.</param>
    /// <param name="relaxed">For any number.</param>
    /// <param name="output">The value that is compared, of both.</param>
    /// <param name="shapes">Of the values of <paramref name="relaxed"/>, -1 for the rows.</param>
    /// <exception cref="DataException">It does not; the node is named.</exception>
    public static void Require(string path, ModelProto exported, ModelProto relaxed, string output, IReadOnlyList<ModelInput> inputs, long rows, IReadOnlyDictionary<string, long[]> shapes)
    {
        float[] expected = [.. Run(exported, output, inputs, rows, 0), .. Run(exported, output, inputs, rows, rows)];
        var found = Run(relaxed, output, inputs, 2 * rows, 0);
        if (found.Length != expected.Length || !Near(found, expected))
        {
            var node = relaxed.Graph.Node.FirstOrDefault(n => n.OpType is not ("Shape" or "Size") && n.Input.Any(i => Grows(i)) && !n.Output.Any(Grows));
            throw new DataException($"{path} was exported for {rows} row{(rows == 1 ? "" : "s")} at a time and cannot be made to take any number{(node is null ? "" : $": the operator {node.OpType} (node '{node.Name}') leaves no place for more")}: export it with the batch as a dynamic first dimension");
        }

        bool Grows(string value) => shapes.GetValueOrDefault(value) is { } dims && dims.Any(d => d < 0);
    }

    private static bool Near(float[] found, float[] expected)
    {
        var limit = expected.Length == 0 ? 0 : Tolerance * Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected));
        return expected.Length > 0 && found.Zip(expected).All(v => Math.Abs(v.First - v.Second) <= limit || (float.IsNaN(v.First) && float.IsNaN(v.Second)));
    }

    private static float[] Run(ModelProto model, string output, IReadOnlyList<ModelInput> inputs, long rows, long from)
    {
        var run = DropoutSwitch.Off(model);
        run.Graph.Output.Clear();
        run.Graph.Output.Add(new ValueInfoProto { Name = output });
        var buffers = inputs.ToDictionary(i => i.Name, i => TensorBuffer.Floats(rows, i.Dims[1]));
        try
        {
            foreach (var buffer in buffers.Values)
            {
                var width = (int)buffer.Dims[1];
                for (var i = 0; i < buffer.Span.Length; i++)
                {
                    buffer.Span[i] = ((i % width * 5) + ((i / width) + from) * 3) % 7 < 3 ? 1 : 0; // Also as token ids and as a mask.
                }
            }
            using var session = new ModelSession(run);
            return session.Run(buffers, ShapeProbe.Patience)[output].Values;
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

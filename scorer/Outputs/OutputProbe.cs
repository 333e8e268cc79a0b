using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Runs a model, dropout off, on a few made-up rows to see what its values are like.</summary>
internal sealed class OutputProbe(ModelPackage package, IReadOnlyDictionary<string, long[]> inputs)
{
    private const int Rows = 12;

    /// <summary>The numbers of the given values and their shapes.</summary>
    /// <exception cref="Errors.DataException">ONNX Runtime cannot run the model.</exception>
    public IReadOnlyDictionary<string, ProbedValue> Run(params IReadOnlyList<string> values)
    {
        using var session = new ModelSession(DropoutSwitch.Off(GraphPart.Of(package.Model, [.. values.Distinct()])));
        var buffers = inputs.ToDictionary(i => i.Key, i => TensorBuffer.Floats([.. i.Value.Select(d => d < 0 ? -d * Rows : d)]));
        try
        {
            foreach (var (at, (name, buffer)) in buffers.Index())
            {
                ProbeRows.Fill(buffer.Span, buffer.Span.Length / Rows, at, TokenInputs.Count(package, name));
            }
            return session.Run(buffers, ShapeProbe.Patience).ToDictionary(v => v.Key, v => new ProbedValue(v.Value.Values, v.Value.Dims, Rows));
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

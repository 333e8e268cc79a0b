using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>An embedder's buffers for one thread.</summary>
internal sealed class EmbedderRun(
    IReadOnlyList<VectorColumn> columns, IReadOnlyList<(FeatureInput Input, TensorBuffer Buffer)> inputs, TensorBuffer? output, BoundRun? run) : IDisposable
{
    /// <summary>The vectors of the batch that was embedded last, [row, element]; those of rows at fault mean nothing.</summary>
    public ReadOnlySpan<float> VectorsOf(RowBatch batch) => output is null ? batch.Vectors[0] : output.Span;

    /// <summary>Runs the model, if there is one, on the batch.</summary>
    public void Embed(RowBatch batch)
    {
        foreach (var (input, buffer) in inputs)
        {
            var target = buffer.Span;
            var offset = 0;
            foreach (var column in input.Columns)
            {
                var source = batch.Vectors[IndexOf(column)];
                for (var row = 0; row < batch.Count; row++)
                {
                    source.AsSpan(row * column.Width, column.Width).CopyTo(target[((row * input.Width) + offset)..]);
                }
                offset += column.Width;
            }
            target[(batch.Count * input.Width)..].Clear();
        }
        run?.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        run?.Dispose();
        output?.Dispose();
        foreach (var (_, buffer) in inputs)
        {
            buffer.Dispose();
        }
    }

    private int IndexOf(VectorColumn column)
    {
        var index = 0;
        while (columns[index] != column)
        {
            index++;
        }
        return index;
    }
}

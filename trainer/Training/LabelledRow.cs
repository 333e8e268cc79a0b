using ParquetPool.Contract;

namespace ParquetPool.Trainer.Training;

/// <summary>A row with its label.</summary>
/// <param name="Id">Unique in its set.</param>
/// <param name="Features">The feature columns' values, joined in the set's order of columns.</param>
/// <param name="Class">Place in <see cref="TrainingSet.Classes"/>.</param>
public sealed record LabelledRow(string Id, float[] Features, int Class)
{
    /// <summary>Copies the features into a model's inputs.</summary>
    /// <param name="inputs">The model's inputs, in the order of the set's columns.</param>
    /// <param name="buffer">By input: [row, width].</param>
    /// <param name="place">Which row of the buffers to fill.</param>
    internal void Fill(IReadOnlyList<ModelInput> inputs, Func<string, Span<float>> buffer, int place)
    {
        var start = 0;
        foreach (var input in inputs)
        {
            var width = (int)input.Dims[1];
            Features.AsSpan(start, width).CopyTo(buffer(input.Name)[(place * width)..]);
            start += width;
        }
    }
}

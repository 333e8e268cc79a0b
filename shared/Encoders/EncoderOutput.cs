using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Encoders;

/// <summary>The output of a model that an encoder reads.</summary>
internal static class EncoderOutput
{
    /// <summary>Takes the others away, so that nothing is computed for them alone.</summary>
    /// <param name="wanted">Its name; null for the first.</param>
    /// <param name="shownAs">The model.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="DataException">The model has none of that name.</exception>
    public static string Keep(ModelProto model, string? wanted, string shownAs)
    {
        var name = wanted ?? model.Graph.Output[0].Name;
        var kept = model.Graph.Output.FirstOrDefault(value => value.Name == name)
            ?? throw new DataException($"{shownAs}: has the outputs {string.Join(", ", model.Graph.Output.Select(value => value.Name))}, {EncoderSpec.FileName} names {name}: name one of them");
        model.Graph.Output.Clear();
        model.Graph.Output.Add(kept);
        return name;
    }
}

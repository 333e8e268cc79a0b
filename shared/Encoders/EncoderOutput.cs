using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Encoders;

/// <summary>The output of a model that an encoder reads.</summary>
internal static class EncoderOutput
{
    /// <summary>Outputs that are the model's vector of a text or picture, whatever stands beside them.</summary>
    private static readonly string[] Vectors = ["sentence_embedding", "text_embeds", "image_embeds"];

    /// <summary>Takes the others away, so that nothing is computed for them alone.</summary>
    /// <param name="wanted">Its name; null for the first.</param>
    /// <param name="shownAs">The model.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="DataException">The model has none of that name, or it is open which one is meant.</exception>
    public static string Keep(ModelProto model, string? wanted, string shownAs)
    {
        var name = wanted ?? model.Graph.Output[0].Name;
        var kept = model.Graph.Output.FirstOrDefault(value => value.Name == name)
            ?? throw new DataException($"{shownAs}: has the outputs {string.Join(", ", model.Graph.Output.Select(value => value.Name))}, {EncoderSpec.FileName} names {name}: name one of them");
        if (wanted is null && model.Graph.Output.FirstOrDefault(value => value != kept && Vectors.Contains(value.Name)) is { } vector)
        {
            throw new DataException($"{shownAs}: its first output is {name}, its vector seems to be {vector.Name}: write \"output\": \"{vector.Name}\", \"pooling\": \"none\" into {EncoderSpec.FileName}, or \"output\": \"{name}\" if that is meant");
        }
        model.Graph.Output.Clear();
        model.Graph.Output.Add(kept);
        return name;
    }
}

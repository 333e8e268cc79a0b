using Google.Protobuf;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>state.onnx</c>: what a published model does not hold and a training needs to go on from it.</summary>
/// <remarks>
/// An ONNX file without nodes, whose initializers are <c>first/&lt;parameter&gt;</c> and <c>second/&lt;parameter&gt;</c> (the optimiser's
/// memory), <c>value/&lt;parameter&gt;</c> (parameters that are not in the model: those of the loss), and <c>progress</c> (steps and epochs taken).
/// </remarks>
internal static class StateFile
{
    public const string Name = "state.onnx";

    private const string First = "first/";
    private const string Second = "second/";
    private const string Value = "value/";
    private const string Progress = "progress";

    /// <summary>The bytes of the file beside <paramref name="model"/>.</summary>
    public static byte[] ToBytes(TrainingState state, ModelProto model)
    {
        var published = model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        var file = new GraphBuilder("training_state");
        Add(Value, state.Values.Where(v => !published.Contains(v.Key)));
        Add(First, state.First);
        Add(Second, state.Second);
        file.Constant(Tensors.Int64(Progress, [state.Steps, state.Epochs], 2));
        return ModelFile.ToBytes(file.Model);

        void Add(string prefix, IEnumerable<KeyValuePair<string, float[]>> tensors)
        {
            foreach (var (name, values) in tensors)
            {
                file.Constant(prefix + name, values, values.Length);
            }
        }
    }

    /// <summary>The state of a model and the file beside it.</summary>
    /// <param name="learned">The model's parameters and running statistics.</param>
    /// <exception cref="DataException">The file is missing or is none.</exception>
    public static TrainingState Read(string path, ModelProto model, IEnumerable<string> learned)
    {
        try
        {
            var tensors = (ModelProto.Parser.ParseFrom(StoredFiles.ReadAllBytes(path)).Graph?.Initializer ?? []).ToDictionary(t => t.Name);
            var published = model.Graph.Initializer.ToDictionary(t => t.Name);
            Dictionary<string, float[]> Of(string prefix) =>
                tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => Tensors.ToFloats(t.Value));
            var values = Of(Value).Concat(learned.ToDictionary(name => name, name => Tensors.ToFloats(published[name]))).ToDictionary();
            var progress = Tensors.ToInt64s(tensors[Progress]);
            return new TrainingState(values, Of(First), Of(Second), (int)progress[0], (int)progress[1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or KeyNotFoundException)
        {
            throw new DataException($"cannot go on from {path}: {e.Message}: train the round from scratch", e);
        }
    }
}

using System.Security.Cryptography;
using Google.Protobuf;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;
using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Publishing;

/// <summary><c>state.onnx</c>: what a published model does not hold and a training needs to go on from it.</summary>
/// <remarks>
/// An ONNX file without nodes, whose initializers are <c>first/&lt;parameter&gt;</c> and <c>second/&lt;parameter&gt;</c> (the optimiser's
/// memory), <c>value/&lt;parameter&gt;</c> (what is not in the model: parameters of the loss, and where the model has averages, the weights themselves),
/// <c>progress</c> (steps and epochs taken), and <c>optimiser</c> (the number of its rule; none for AdamW).
/// </remarks>
internal static class StateFile
{
    public const string Name = "state.onnx";

    private const string First = "first/";
    private const string Second = "second/";
    private const string Value = "value/";
    private const string Progress = "progress";
    private const string Optimiser = "optimiser";

    /// <summary>The bytes of the file beside <paramref name="model"/>.</summary>
    public static byte[] ToBytes(TrainingState state, ModelProto model)
    {
        var published = model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        var file = new GraphBuilder("training_state");
        Add(Value, state.Values.Where(v => !published.Contains(v.Key) || state.Averages.ContainsKey(v.Key)));
        Add(First, state.First);
        Add(Second, state.Second);
        file.Constant(Tensors.Int64(Progress, [state.Steps, state.Epochs], 2));
        if (state.Optimiser != default)
        {
            file.Constant(Tensors.Int64(Optimiser, [(long)state.Optimiser]));
        }
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
    /// <param name="sha256">What the manifest says that the file has.</param>
    /// <param name="learned">The model's parameters and running statistics.</param>
    /// <exception cref="DataException">The file is missing or is none.</exception>
    public static TrainingState Read(string path, string sha256, ModelProto model, IEnumerable<string> learned)
    {
        try
        {
            var bytes = StoredFiles.ReadAllBytes(path);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
            {
                throw new DataException($"{path} is not the file that its manifest describes: train the round from scratch, without --epochs-per-round");
            }
            var tensors = (ModelProto.Parser.ParseFrom(bytes).Graph?.Initializer ?? []).ToDictionary(t => t.Name);
            var published = model.Graph.Initializer.ToDictionary(t => t.Name);
            Dictionary<string, float[]> Of(string prefix) =>
                tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => Tensors.ToFloats(t.Value));
            var (kept, ofModel) = (Of(Value), learned.ToDictionary(name => name, name => Tensors.ToFloats(published[name])));
            var progress = Tensors.ToInt64s(tensors[Progress]);
            var optimiser = tensors.TryGetValue(Optimiser, out var kind) ? (OptimiserKind)Tensors.ToInt64s(kind)[0] : default;
            var (first, second) = (Of(First), Of(Second));
            if (progress.Any(count => count is < 0 or > int.MaxValue) || !Enum.IsDefined(optimiser) || kept.Values.Concat(first.Values).Concat(second.Values).Any(values => !values.All(float.IsFinite)))
            {
                throw new DataException($"{path} holds no state of a training: train the round from scratch, without --epochs-per-round");
            }
            return new TrainingState(
                ofModel.Where(v => !kept.ContainsKey(v.Key)).Concat(kept).ToDictionary(), first, second, (int)progress[0], (int)progress[1])
            {
                Averages = ofModel.Where(v => kept.ContainsKey(v.Key)).ToDictionary(),
                Optimiser = optimiser,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new DataException($"cannot go on from {path}: {e.Message}: train the round from scratch", e);
        }
    }
}

using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Transfer;

/// <summary>First weights of a network of layers that are those of a given model: one of the same layers, trained on another task or on rows without labels.</summary>
internal static class FirstWeights
{
    private const string From = "--from";

    /// <summary>The network, its layers with the model's weights, running statistics and standardisation, and its heads as they are.</summary>
    /// <param name="option">That names the model.</param>
    /// <exception cref="DataException">A layer's weights have another shape, or the model has none; both shapes are named.</exception>
    public static Network In(Network network, ModelPackage given, string option = From)
    {
        var own = given.Model.Graph.Initializer.ToDictionary(t => t.Name);
        var body = NetworkBody.Of(network);
        var taken = new Dictionary<string, TensorProto>();
        foreach (var tensor in body.Forward.Graph.Initializer.Where(t => body.Parameters.Contains(t.Name) || body.Statistics.Contains(t.Name) || NetworkBuilder.Standardises(t.Name)))
        {
            var found = own.GetValueOrDefault(tensor.Name);
            taken[tensor.Name] = found is not null && found.Dims.SequenceEqual(tensor.Dims)
                ? found
                : throw new DataException($"{option} {given.Path} {(found is null ? "has no" : $"has {Shape(found)} in its")} '{tensor.Name}', the network's layers have {Shape(tensor)} there: give the --network and --features that the model was made of{(option == From ? ", or leave --network out" : "")}");
        }
        var forward = network.Forward.Clone();
        foreach (var tensor in forward.Graph.Initializer.Where(t => taken.ContainsKey(t.Name)))
        {
            tensor.RawData = Tensors.Float(tensor.Name, Tensors.ToFloats(taken[tensor.Name]), [.. tensor.Dims]).RawData;
        }
        return network with { Forward = forward };
    }

    private static string Shape(TensorProto tensor) => $"[{string.Join(", ", tensor.Dims)}]";
}

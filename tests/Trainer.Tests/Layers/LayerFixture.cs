using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Tests.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

/// <summary>Networks of a few layers on one column, run with dropout off.</summary>
internal static class LayerFixture
{
    /// <summary>A network of three classes.</summary>
    /// <param name="layers">What stands between the brackets of <c>layers</c>.</param>
    /// <param name="image">The network's image; null for none.</param>
    public static Network Build(string layers, int width, string? image = null, ulong seed = 1) => NetworkFixture.Build(
        $$"""{ {{(image is null ? "" : $"\"image\": {image},")}} "layers": [ {{layers}}, { "type": "dropout", "rate": 0.5 } ] }""", 3, seed, new VectorColumn("features", width));

    /// <summary>What is before the head, [row · unit], for rows of the network's width.</summary>
    public static float[] Embedding(Network network, params float[] rows) => Run(DropoutSwitch.Off(network.Forward), network, rows)[Network.Embedding].Values;

    public static IReadOnlyDictionary<string, (float[] Values, long[] Dims)> Run(ModelProto model, Network network, float[] rows)
    {
        using var session = new ModelSession(model);
        using var features = TensorBuffer.Over(rows, rows.Length / network.Inputs[0].Dims[1], network.Inputs[0].Dims[1]);
        return session.Run(new Dictionary<string, TensorBuffer> { ["features"] = features });
    }

    public static float[] Tensor(Network network, string name) => Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == name));

    /// <summary>The network with other values in a tensor.</summary>
    public static Network With(Network network, string name, params float[] values)
    {
        var model = network.Forward.Clone();
        var tensor = model.Graph.Initializer.Single(t => t.Name == name);
        tensor.RawData = Tensors.Float(name, values, [.. tensor.Dims]).RawData;
        return network with { Forward = model };
    }
}

using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Transfer;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Embedding;

/// <summary>The layers of a network and one more without activation, whose output is divided by its length.</summary>
internal static class MetricNetwork
{
    /// <summary>Its one output is <c>embedding</c>, [batch, unit], of length 1.</summary>
    /// <exception cref="Errors.UsageException">The layers need an image and the columns hold none.</exception>
    /// <exception cref="Errors.DataException">A layer does not fit.</exception>
    public static Network Build(NetworkSpec spec, IReadOnlyList<VectorColumn> columns, int units, Standardisation standardisation, ulong seed)
    {
        var network = NetworkBuilder.Build(spec, columns, units, standardisation, seed);
        var forward = network.Forward.Clone();
        forward.Graph.Output.Clear();
        forward.Graph.Node.Remove(forward.Graph.Node.Single(n => n.Output.Contains(Network.Embedding)));
        var graph = new GraphBuilder(forward);
        graph.Output(graph.Normalise(Network.Logits), Network.Embedding, DataType.Float, -1, units);
        GivenGraph.Prune(graph.Model.Graph);
        return network with { Forward = graph.Model, EmbeddingWidth = units, Heads = [] };
    }
}

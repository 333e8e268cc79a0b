using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Transfer;

/// <summary>A network's layers without what is made of the embedding: heads and loss prediction.</summary>
internal static class NetworkBody
{
    /// <summary>The same tensors under the same names, as far as the output <c>embedding</c> needs them.</summary>
    public static Network Of(Network network)
    {
        var forward = network.Forward.Clone();
        var embedding = forward.Graph.Output.Single(o => o.Name == Network.Embedding);
        forward.Graph.Output.Clear();
        forward.Graph.Output.Add(embedding);
        GivenGraph.Prune(forward.Graph);
        var tensors = forward.Graph.Initializer.Select(t => t.Name).ToHashSet();
        var nodes = forward.Graph.Node.Select(n => n.Name).ToHashSet();
        return network with
        {
            Forward = forward,
            Parameters = [.. network.Parameters.Where(tensors.Contains)],
            Statistics = [.. network.Statistics.Where(tensors.Contains)],
            Dropouts = [.. network.Dropouts.Where(d => nodes.Contains(d.Node))],
            Heads = [],
            LossTaps = [],
        };
    }
}

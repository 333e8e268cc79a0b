using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Embedding;

/// <summary>An embedding network with the losses that it learns by, differentiated.</summary>
/// <param name="Graph">What the session runs.</param>
/// <param name="Partners">The input that pairs copies, [batch, batch].</param>
/// <param name="Targets">The input for the labels, [batch, class], one-hot, zeros for no label; null without classes.</param>
internal sealed record ContrastiveGraph(TrainingGraph Graph, string Partners, string? Targets)
{
    // Low, so that the few most similar other rows of a batch count, which are what a copy may be taken for.
    private const float Temperature = 0.1f;

    // Labels draw rows of a class together, copies must stay closer still.
    private const double LabelWeight = 0.25;

    /// <summary>The contrastive loss, plus a share of the cross-entropy of the labels where there are classes.</summary>
    public static ContrastiveGraph Of(EmbeddingNetwork network, int classes)
    {
        var graph = new GraphBuilder(network.Forward);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray());
        var partners = Input("partners", -1, -1);
        var loss = Losses.NormalisedCrossEntropy(graph, Network.Embedding, partners, Temperature);
        string? targets = null;
        if (classes > 0)
        {
            targets = Input("targets", -1, classes);
            var agreement = graph.Mul(graph.Op("LogSoftmax", [Network.Logits], Attributes.Int("axis", -1)), targets);
            loss = graph.Sub(loss, graph.Scale(graph.Mean(graph.Sum(agreement, [1], keep: false), [0], keep: false), LabelWeight));
        }
        return new ContrastiveGraph(TrainingGraph.Differentiate(graph.Model, loss, network.Parameters, inputs), partners, targets);

        string Input(string name, params long[] dims)
        {
            // A feature column may have any name, this one too.
            var free = inputs.ContainsKey(name) ? $"{name}_input" : name;
            inputs[free] = dims;
            return graph.Input(free, DataType.Float, dims);
        }
    }
}

using ParquetPool.Graphs;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Appends losses to a graph. Each is a scalar: a mean over rows, weighted by row.</summary>
/// <remarks>Row weights are ≥ 0 and their sum over a batch must be positive; a weight of 0 leaves the row out.</remarks>
public static class Losses
{
    /// <summary>Σ w · ce / Σ w, ce = −Σ target · log softmax(logits), in nats.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="logits">[batch, class].</param>
    /// <param name="targets">[batch, class], probabilities: one-hot or soft labels.</param>
    /// <param name="rowWeights">[batch], class weights folded in.</param>
    public static string SoftmaxCrossEntropy(GraphBuilder graph, string logits, string targets, string rowWeights)
    {
        var logProbabilities = graph.Op("LogSoftmax", [logits], Attributes.Int("axis", -1));
        var agreement = graph.Sum(graph.Op("Mul", [logProbabilities, targets]), [-1], keep: false);
        return graph.Op("Neg", [WeightedMean(graph, agreement, rowWeights)]);
    }

    /// <summary>Σ w · mean over outputs of (prediction − target)² / Σ w.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="prediction">[batch, ...].</param>
    /// <param name="target">The same shape.</param>
    /// <param name="rowWeights">[batch].</param>
    public static string MeanSquaredError(GraphBuilder graph, string prediction, string target, string rowWeights)
    {
        var error = graph.Op("Flatten", [graph.Op("Sub", [prediction, target])], Attributes.Int("axis", 1));
        return WeightedMean(graph, graph.Mean(graph.Op("Mul", [error, error]), [1], keep: false), rowWeights);
    }

    /// <summary>Σ w · value / Σ w, a scalar.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="values">[batch].</param>
    /// <param name="rowWeights">[batch].</param>
    public static string WeightedMean(GraphBuilder graph, string values, string rowWeights) =>
        graph.Op("Div", [graph.SumAll(graph.Op("Mul", [values, rowWeights])), graph.SumAll(rowWeights)]);
}

using ParquetPool.Graphs;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Appends losses to a graph. Each is a scalar: a mean over rows, weighted by row.</summary>
/// <remarks>Row weights are ≥ 0 and their sum over a batch must be positive; a weight of 0 leaves the row out.</remarks>
public static class Losses
{
    // Taken from a row's similarity to itself: nothing is left of it after the softmax, and float still holds it.
    private const double Excluded = 1e9;
    private const float LeastSquare = 1e-12f;

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

    /// <summary>As <see cref="SoftmaxCrossEntropy"/>, over the rows that are there; 0 where none is.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="logits">[batch, class].</param>
    /// <param name="targets">[batch, class], probabilities.</param>
    /// <param name="rowWeights">[batch].</param>
    /// <param name="presence">[batch, 1], 1 for the rows that are there, else 0.</param>
    /// <returns>The loss, and 1 where a row is there, else 0: scalars.</returns>
    public static (string Loss, string Any) PresentCrossEntropy(GraphBuilder graph, string logits, string targets, string rowWeights, string presence)
    {
        var weights = graph.Mul(rowWeights, graph.Squeeze(presence, 1));
        var total = graph.SumAll(weights);
        var any = graph.AsFloat(graph.Op("Greater", [total, graph.Scalar(0)]));
        // Where no row is there the weights are all 0: divided by 1 they stay it.
        var divisor = graph.Add(total, graph.Sub(graph.Scalar(1), any));
        var agreement = graph.Sum(graph.Mul(graph.Op("LogSoftmax", [logits], Attributes.Int("axis", -1)), targets), [-1], keep: false);
        return (graph.Neg(graph.Div(graph.SumAll(graph.Mul(agreement, weights)), divisor)), any);
    }

    /// <summary>Σ loss / σ² + log σ over tasks, σ² learned: Kendall, Gal and Cipolla 2018, equation 10. It is least at σ² = 2 · loss.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="losses">The tasks' losses, scalars, and whether each counts: 1 or 0, null for 1.</param>
    /// <param name="logVariances">log σ², [task].</param>
    public static string WeightedByUncertainty(GraphBuilder graph, IReadOnlyList<(string Loss, string? Any)> losses, string logVariances)
    {
        string Stack(IEnumerable<string> scalars) => graph.Op("Concat", scalars.Select(s => graph.Reshape(s, 1)).ToArray(), Attributes.Int("axis", 0));
        var weighted = graph.Mul(Stack(losses.Select(l => l.Loss)), graph.Op("Exp", [graph.Neg(logVariances)]));
        var terms = graph.Add(weighted, graph.Scale(logVariances, 0.5));
        return graph.SumAll(graph.Mul(terms, Stack(losses.Select(l => l.Any ?? graph.Scalar(1)))));
    }

    /// <summary>−Σ target · log softmax(logits) of each row, [batch], in nats.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="logits">[batch, class].</param>
    /// <param name="targets">[batch, class], probabilities.</param>
    public static string CrossEntropies(GraphBuilder graph, string logits, string targets) =>
        graph.Neg(graph.Sum(graph.Mul(graph.Op("LogSoftmax", [logits], Attributes.Int("axis", -1)), targets), [-1], keep: false));

    /// <summary>
    /// Mean over pairs of rows with different losses of max(0, margin − sign(loss difference) · prediction difference): Yoo and Kweon 2019,
    /// equation 2, over all pairs of a batch instead of half as many as it has rows. 0 where there is no pair.
    /// </summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="predictions">[batch, 1].</param>
    /// <param name="losses">[batch]; no gradient passes.</param>
    /// <param name="margin">By how much predictions shall differ.</param>
    public static string PairRanking(GraphBuilder graph, string predictions, string losses, float margin)
    {
        var order = graph.Op("Sign", [graph.Sub(graph.Unsqueeze(losses, 1), graph.Unsqueeze(losses, 0))]);
        var difference = graph.Sub(predictions, graph.Reshape(predictions, 1, -1));
        var differ = graph.Op("Abs", [order]);
        var hinges = graph.Op("Relu", [graph.Sub(graph.Scale(differ, margin), graph.Mul(order, difference))]);
        return graph.Div(graph.SumAll(hinges), graph.Op("Max", [graph.SumAll(differ), graph.Scalar(1)]));
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

    /// <summary>
    /// Mean over rows of −log softmax of the partner's similarity among those of all other rows, in nats: NT-Xent (Chen et al. 2020,
    /// equation 1).
    /// </summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="embeddings">[batch, unit], of length 1, so that a product of two rows is their cosine.</param>
    /// <param name="partners">[batch, batch], 1 at each row's partner, else 0.</param>
    /// <param name="temperature">What a cosine is divided by.</param>
    public static string NormalisedCrossEntropy(GraphBuilder graph, string embeddings, string partners, float temperature)
    {
        var cosines = graph.Op("MatMul", [embeddings, graph.Transpose(embeddings, 1, 0)]);
        var itself = graph.Scale(graph.Op("EyeLike", [partners]), Excluded);
        var logProbabilities = graph.Op("LogSoftmax", [graph.Sub(graph.Scale(cosines, 1 / temperature), itself)], Attributes.Int("axis", -1));
        return graph.Neg(graph.Div(graph.SumAll(graph.Mul(logProbabilities, partners)), graph.SumAll(partners)));
    }

    /// <summary>Each row of [batch, unit] divided by its length; a row of zeros stays one.</summary>
    public static string Normalise(GraphBuilder graph, string rows)
    {
        var squares = graph.Sum(graph.Mul(rows, rows), [1], keep: true);
        return graph.Div(rows, graph.Op("Sqrt", [graph.Add(squares, graph.Scalar(LeastSquare))]));
    }

    /// <summary>Σ w · value / Σ w, a scalar.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="values">[batch].</param>
    /// <param name="rowWeights">[batch].</param>
    public static string WeightedMean(GraphBuilder graph, string values, string rowWeights) =>
        graph.Op("Div", [graph.SumAll(graph.Op("Mul", [values, rowWeights])), graph.SumAll(rowWeights)]);
}

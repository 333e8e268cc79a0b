using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Training;

/// <summary>A network with a softmax cross-entropy after each head's logits, differentiated.</summary>
/// <param name="Graph">What <see cref="TrainingSession"/> runs.</param>
/// <param name="Targets">The input for the labels, [batch, class], one-hot.</param>
/// <param name="RowWeights">The input for the weights, [batch].</param>
/// <param name="Deviations">The parameter log σ² / <see cref="DeviationScale"/>, [head], by which several heads' losses are weighed; null with one head.</param>
/// <param name="TrunkGate">The input that says whether the loss prediction's gradient reaches the network, [1], 1 or 0; null where no loss is predicted.</param>
internal sealed record ClassifierGraph(TrainingGraph Graph, string Targets, string RowWeights, string? Deviations, string? TrunkGate)
{
    // By how much the predicted losses of two rows shall differ: Yoo and Kweon 2019, section 4.1.
    private const float Margin = 1;

    /// <summary>Adam moves a parameter by no more than its rate in a step: on this scale log σ² keeps up with the losses.</summary>
    internal const float DeviationScale = 10;

    public static ClassifierGraph Of(Network network, int classes, bool freezeBatchNorm)
    {
        var graph = new GraphBuilder(network.Forward);
        var targets = graph.Input(Free("targets"), DataType.Float, -1, classes);
        var rowWeights = graph.Input(Free("row_weights"), DataType.Float, -1);
        var heads = network.Heads.Select(h => h.Presence is { } presence
            ? Losses.PresentCrossEntropy(graph, h.Logits, targets, rowWeights, presence)
            : (Losses.SoftmaxCrossEntropy(graph, h.Logits, targets, rowWeights), (string?)null)).ToList();
        var deviations = heads.Count > 1 ? graph.Constant("head_deviations", new float[heads.Count], heads.Count) : null;
        var loss = deviations is null ? heads[0].Item1 : Losses.WeightedByUncertainty(graph, heads, graph.Scale(deviations, DeviationScale));
        string? gate = null;
        if (network.LossTaps.Count > 0)
        {
            gate = graph.Input(Free("trunk_gate"), DataType.Float, 1);
            GradientGate.Into(graph, [.. network.LossTaps], gate);
            var losses = Losses.CrossEntropies(graph, Network.Logits, targets);
            loss = graph.Add(loss, Losses.PairRanking(graph, Network.PredictedLoss, losses, Margin));
        }
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray());
        inputs[targets] = [-1, classes];
        inputs[rowWeights] = [-1];
        if (gate is not null)
        {
            inputs[gate] = [1];
        }
        string[] parameters = deviations is null ? [.. network.Parameters] : [.. network.Parameters, deviations];
        return new ClassifierGraph(TrainingGraph.Differentiate(graph.Model, loss, parameters, inputs, freezeBatchNorm), targets, rowWeights, deviations, gate);

        // A feature column may have any name, this one too.
        string Free(string name) => network.Inputs.Any(i => i.Name == name) ? Free(name + "_") : name;
    }
}

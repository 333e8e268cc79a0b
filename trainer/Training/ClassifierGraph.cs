using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Training;

/// <summary>A network with a softmax cross-entropy after its logits, differentiated.</summary>
/// <param name="Graph">What <see cref="TrainingSession"/> runs.</param>
/// <param name="Targets">The input for the labels, [batch, class], one-hot.</param>
/// <param name="RowWeights">The input for the weights, [batch].</param>
internal sealed record ClassifierGraph(TrainingGraph Graph, string Targets, string RowWeights)
{
    public static ClassifierGraph Of(Network network, int classes)
    {
        var graph = new GraphBuilder(network.Forward);
        var targets = graph.Input(Free("targets"), DataType.Float, -1, classes);
        var rowWeights = graph.Input(Free("row_weights"), DataType.Float, -1);
        var loss = Losses.SoftmaxCrossEntropy(graph, Network.Logits, targets, rowWeights);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray());
        inputs[targets] = [-1, classes];
        inputs[rowWeights] = [-1];
        return new ClassifierGraph(TrainingGraph.Differentiate(graph.Model, loss, network.Parameters, inputs), targets, rowWeights);

        // A feature column may have any name, this one too.
        string Free(string name) => network.Inputs.Any(i => i.Name == name) ? Free(name + "_") : name;
    }
}

using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>A layer of a network, what it takes and gives, and the tensors that it has.</summary>
/// <param name="Before">The shape of a row before it.</param>
/// <param name="After">The shape behind it.</param>
/// <param name="Tensors">Names of its weights and running statistics in the network's graph.</param>
internal sealed record LayerTrace(Layer Layer, RowValue Before, RowValue After, IReadOnlyList<string> Tensors)
{
    /// <summary>Of a network without towers.</summary>
    /// <param name="first">The shape of a row before the first layer.</param>
    /// <exception cref="Errors.DataException">A layer does not fit.</exception>
    public static IReadOnlyList<LayerTrace> Of(NetworkSpec spec, IReadOnlyList<int> first)
    {
        var writer = new LayerWriter(new GraphBuilder("trace"), new Initialiser(0), trainingMode: "");
        writer.Start("features", [.. first]);
        var traces = new List<LayerTrace>();
        foreach (var layer in spec.Layers)
        {
            var (before, parameters, statistics) = (writer.Row, writer.Parameters.Count, writer.Statistics.Count);
            writer.Add(layer);
            traces.Add(new LayerTrace(layer, before, writer.Row, [.. writer.Parameters.Skip(parameters), .. writer.Statistics.Skip(statistics)]));
        }
        return traces;
    }
}

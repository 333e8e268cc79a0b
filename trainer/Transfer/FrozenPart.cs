using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Transfer;

/// <summary>Where the part of a graph ends that is the same for a row in every step: nothing in it learns or drops.</summary>
internal static class FrozenPart
{
    private static readonly HashSet<string> Work = ["Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN", "Einsum"];

    /// <summary>The values that the rest of the graph reads of it and that have the rows along their first axis, if there is work worth remembering behind them.</summary>
    /// <param name="graph">Its batch normalisations are frozen.</param>
    /// <param name="learning">The initializers that learn.</param>
    public static IReadOnlyList<string> End(GraphProto graph, IEnumerable<string> learning)
    {
        var constants = graph.Initializer.ToDictionary(t => t.Name);
        var sites = TrainedDropout.Of(graph.Node, constants);
        var changing = learning.ToHashSet();
        var made = new HashSet<string>();
        var end = new List<string>();
        var axes = new BatchAxes(graph.Input.Select(i => i.Name), constants);
        var works = false;
        foreach (var node in graph.Node)
        {
            axes.Follow(node);
            var read = node.OpType == "Dropout" ? node.Input.Take(1) : node.Input;
            if (read.Any(changing.Contains) || sites.ContainsKey(node.Output[0]))
            {
                end.AddRange(read.Where(value => made.Contains(value) && axes.Of(value) == 0));
                changing.UnionWith(node.Output);
            }
            else
            {
                made.UnionWith(node.Output);
                works |= Work.Contains(node.OpType);
            }
        }
        return works ? [.. end.Distinct()] : [];
    }
}

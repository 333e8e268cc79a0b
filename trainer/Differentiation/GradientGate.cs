using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Lets gradients pass some values of a graph or stops them, as an input says while it is trained.</summary>
internal static class GradientGate
{
    /// <summary>Puts a gate into each Identity: x becomes gate · x + (1 − gate) · stopped x, which is x where the gate is 0 or 1.</summary>
    /// <param name="identities">The outputs of Identity nodes.</param>
    /// <param name="gate">A value of one element: 1 lets gradients pass, 0 stops them.</param>
    public static void Into(GraphBuilder graph, IReadOnlyCollection<string> identities, string gate)
    {
        var (written, nodes) = (graph.Model.Graph.Node.ToList(), graph.Model.Graph.Node);
        nodes.Clear();
        var closed = graph.Sub(graph.Scalar(1), gate);
        foreach (var node in written)
        {
            if (node.Output is [var output] && identities.Contains(output))
            {
                var (open, stopped) = (graph.Mul(node.Input[0], gate), graph.Mul(StopGradient.Of(graph, node.Input[0]), closed));
                nodes.Add(new NodeProto { OpType = "Add", Name = node.Name, Input = { open, stopped }, Output = { output } });
            }
            else
            {
                nodes.Add(node);
            }
        }
    }
}

using ParquetPool.Graphs;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Networks;

/// <summary>What several networks of the same layers give together: Lakshminarayanan et al. 2017, "Simple and scalable predictive uncertainty estimation using deep ensembles".</summary>
internal static class NetworkMembers
{
    /// <summary>The outputs of so many networks; none for one alone.</summary>
    public static IReadOnlyList<string> Outputs(int members) => members == 1 ? [] : [.. Enumerable.Range(0, members).Select(Network.MemberLogits)];

    /// <summary>Makes an output of each network's logits.</summary>
    /// <param name="ends">[member]: logits, [batch, class], and embedding, [batch, unit].</param>
    /// <returns>The logarithm of the mean of the networks' probabilities, whose softmax that mean is, and all embeddings side by side; what the one network gives where there is but one.</returns>
    public static (string Logits, string Embedding) Mean(GraphBuilder graph, IReadOnlyList<(string Logits, string Embedding)> ends, int classes)
    {
        if (ends is [var only])
        {
            return only;
        }
        var rows = new List<string>();
        foreach (var (member, end) in ends.Index())
        {
            graph.Output(end.Logits, Network.MemberLogits(member), DataType.Float, -1, classes);
            rows.Add(graph.Op("Unsqueeze", [graph.Op("LogSoftmax", [end.Logits], Attributes.Int("axis", 1)), graph.Ints(1)]));
        }
        var sum = graph.Op("ReduceLogSumExp", [Side(rows), graph.Ints(1)], Attributes.Int("keepdims", 0));
        return (graph.Sub(sum, graph.Scalar(MathF.Log(ends.Count))), Side(ends.Select(end => end.Embedding)));

        string Side(IEnumerable<string> values) => graph.Op("Concat", [.. values], Attributes.Int("axis", 1));
    }
}

using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Transfer;

/// <summary>The last block of a given model: what lies behind the last value but one that everything after it depends on.</summary>
/// <remarks>
/// In a plain chain every layer is a block. Where a path skips layers, no value under it is all that the rest depends on, so the skipped layers and the skip are one
/// block; attention and the feed-forward layers that follow it are one together. What comes after the block, a last norm say, belongs to it.
/// </remarks>
internal static class LastBlock
{
    public const string Name = "last-block";

    /// <summary>A stretch of the graph between two values that all after them depends on.</summary>
    /// <param name="End">The value it ends with.</param>
    /// <param name="Nodes">Nodes in it that depend on rows and on weights.</param>
    /// <param name="Weighs">Whether a weight is in it.</param>
    /// <param name="Attends">Whether a softmax is in it.</param>
    private sealed record Stretch(string End, int Nodes, bool Weighs, bool Attends)
    {
        public bool Joins => Nodes > 1 && Weighs;
    }

    /// <summary>The weights in it, in the order of the graph.</summary>
    /// <param name="end">The value that the model ends with.</param>
    public static IReadOnlyList<string> Weights(ModelProto model, string end)
    {
        var weights = TrainableWeights.In(model, [end]);
        var stretches = Stretches(model, end, weights);
        var last = stretches.FindLastIndex(s => s.Joins);
        last = last < 0 ? stretches.FindLastIndex(s => s.Weighs) : last;
        var before = last > 0 ? stretches.FindLastIndex(last - 1, s => s.Joins) : -1;
        var first = before >= 0 && stretches[before].Attends && !stretches[last].Attends ? before : last;
        return first <= 0 ? weights : [.. weights.Except(TrainableWeights.In(model, [stretches[first - 1].End]))];
    }

    private static List<Stretch> Stretches(ModelProto model, string end, IEnumerable<string> weights)
    {
        var learnt = Learnt(model, end, weights);
        var readers = learnt.SelectMany(l => l.Node.Input).Append(end).CountBy(value => value).ToDictionary();
        var toRead = new Dictionary<string, int>();
        var stretches = new List<Stretch>();
        var beginnings = learnt.Count(l => l.Begins);
        var current = new Stretch("", 0, false, false);
        foreach (var (node, weighs, begins) in learnt)
        {
            beginnings -= begins ? 1 : 0;
            foreach (var value in node.Input.Where(value => toRead.ContainsKey(value) && --toRead[value] == 0))
            {
                toRead.Remove(value);
            }
            foreach (var value in node.Output.Where(readers.ContainsKey))
            {
                toRead[value] = readers[value];
            }
            current = current with { Nodes = current.Nodes + 1, Weighs = current.Weighs || weighs, Attends = current.Attends || node.OpType == "Softmax" };
            if (toRead.Count == 1 && beginnings == 0)
            {
                stretches.Add(current with { End = toRead.Keys.Single() });
                current = new("", 0, false, false);
            }
        }
        return stretches;
    }

    /// <summary>The nodes on the way to <paramref name="end"/> that depend on what rows hold and on weights; whether a weight is among their inputs, and nothing that weights made.</summary>
    private static List<(NodeProto Node, bool Weighs, bool Begins)> Learnt(ModelProto model, string end, IEnumerable<string> weights)
    {
        var (ofRows, ofWeights, learnt) = (model.Graph.Input.Select(i => i.Name).ToHashSet(), weights.ToHashSet(), new List<(NodeProto, bool, bool)>());
        foreach (var node in TrainableWeights.Needed(model, [end]).Where(n => n.OpType is not ("Shape" or "Size")))
        {
            var (rows, weighs) = (node.Input.Any(ofRows.Contains), node.Input.Any(ofWeights.Contains));
            if (rows && weighs)
            {
                learnt.Add((node, node.Input.Any(v => ofWeights.Contains(v) && !ofRows.Contains(v)), !node.Input.Any(v => ofWeights.Contains(v) && ofRows.Contains(v))));
            }
            ofRows.UnionWith(rows ? node.Output : []);
            ofWeights.UnionWith(weighs ? node.Output : []);
        }
        return learnt;
    }
}

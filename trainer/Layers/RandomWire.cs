using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>
/// Nodes wired by a <see cref="WiredGraph"/> (Xie et al. 2019). Each node: relu of the sum of what it reads, each weighted by a learned sigmoid, then a
/// separable convolution of 3×3 (on a vector a dense layer) and batch normalisation. Nodes that read none of the others read what comes before, at
/// <c>stride</c>; the layer gives the mean of the nodes that no other reads.
/// </summary>
/// <param name="Width">Channels of an image, or values of a vector, that each node gives.</param>
/// <param name="K">Of <c>ws</c> and <c>ba</c>; even for <c>ws</c>.</param>
/// <param name="P">Of <c>ws</c> and <c>er</c>.</param>
/// <param name="Seed">Of the graph; of several networks the next ones have the next seeds.</param>
internal sealed record RandomWire(int Width, WiringKind Graph = WiringKind.Ws, int Nodes = 8, int K = 4, double P = 0.75, int Stride = 1, ulong Seed = 1) : Layer
{
    private const int MostNodes = 64;

    internal override string? Problem =>
        Setting.AtLeast("width", Width, 1) ?? Setting.AtLeast("nodes", Nodes, 2, MostNodes) ?? Setting.AtLeast("stride", Stride, 1, Conv.MostPlaces)
        ?? (Graph is WiringKind.Ws && (K % 2 == 1 || K < 2 || K >= Nodes) ? $"k is {K} of {Nodes} nodes on a ring, expected an even number from 2 on, below nodes" : null)
        ?? (Graph is WiringKind.Ba && (K < 1 || K >= Nodes) ? $"k is {K} of {Nodes} nodes, expected 1 or more, below nodes" : null)
        ?? (P is >= 0 and <= 1 ? null : $"p is {P}, expected a share from 0 to 1");

    internal override void Write(LayerWriter layers)
    {
        var before = layers.Row;
        if (before.Kind == RowKind.Sequence)
        {
            before.Require(RowKind.Vector);
        }
        var reads = WiredGraph.Draw(Graph, Nodes, K, P, Seed + layers.Member);
        var given = new RowValue[Nodes];
        for (var node = 0; node < Nodes; node++)
        {
            layers.Set(reads[node].Count == 0 ? before : given[0] with { Name = Sum(layers, [.. reads[node].Select(source => given[source])]) });
            layers.Keep(layers.Activate(layers.Value, ActivationKind.Relu));
            given[node] = Transformed(layers, reads[node].Count == 0 ? Stride : 1);
        }
        RowValue[] last = [.. Enumerable.Range(0, Nodes).Where(node => !reads.Any(r => r.Contains(node))).Select(node => given[node])];
        layers.Set(last[0] with { Name = last.Length == 1 ? last[0].Name : layers.Graph.Op("Mul", [Added(layers, [.. last.Select(value => value.Name)]), layers.Graph.Scalar(1f / last.Length)]) });
        layers.Give();
    }

    private RowValue Transformed(LayerWriter layers, int stride)
    {
        if (layers.Row.Kind == RowKind.Image)
        {
            var channels = layers.Row.Shape[0];
            layers.Add(new Conv(channels, Stride: stride, Activation: ActivationKind.None, Groups: channels) { HasBias = false });
            layers.Add(new Conv(Width, Kernel: 1, Activation: ActivationKind.None, BatchNorm: true));
        }
        else
        {
            layers.Add(new Dense(Width, ActivationKind.None, BatchNorm: true));
        }
        return layers.Row;
    }

    private static string Sum(LayerWriter layers, RowValue[] read) => Added(layers, [.. read.Select(value =>
        layers.Graph.Op("Mul", [value.Name, layers.Graph.Op("Sigmoid", [layers.Parameter(Tensors.Float("edge_weight", [0f], 1))])]))]);

    private static string Added(LayerWriter layers, string[] values) => values.Aggregate((sum, value) => layers.Graph.Op("Add", [sum, value]));
}

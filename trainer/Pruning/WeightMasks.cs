using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Randomness;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Pruning;

/// <summary>Which weights of a network's products are left: 1 for those, 0 for the others, by parameter. Biases and norms stay.</summary>
internal sealed record WeightMasks(IReadOnlyDictionary<string, float[]> ByName, string Head)
{
    private static readonly string[] Products = ["Gemm", "MatMul", "Conv", "ConvTranspose"];

    /// <summary>All of them.</summary>
    public static WeightMasks Of(Network network)
    {
        var graph = network.Forward.Graph;
        var sizes = graph.Initializer.ToDictionary(t => t.Name, t => (int)t.Dims.Aggregate(1L, (a, d) => a * d));
        var weights = graph.Node.Where(n => Products.Contains(n.OpType) && network.Parameters.Contains(n.Input[1])).Select(n => n.Input[1]).Distinct().ToList();
        return new(weights.ToDictionary(name => name, name => Enumerable.Repeat(1f, sizes[name]).ToArray()), HeadOf(graph, weights));
    }

    /// <summary>The weights of the product that gives the logits.</summary>
    private static string HeadOf(GraphProto graph, List<string> weights)
    {
        var makers = graph.Node.SelectMany(node => node.Output.Select(output => (output, node))).ToDictionary(made => made.output, made => made.node);
        var maker = makers[Network.Logits];
        while (maker.Input.Count < 2 || !weights.Contains(maker.Input[1]))
        {
            maker = makers[maker.Input[0]];
        }
        return maker.Input[1];
    }

    /// <summary>The share of the weights that is left.</summary>
    public double Share => ByName.Values.Sum(mask => mask.Sum(m => (double)m)) / ByName.Values.Sum(mask => (double)mask.Length);

    /// <summary>Takes the smallest weights of each layer away, of the head half as many: Frankle and Carbin 2019.</summary>
    /// <param name="weights">Trained.</param>
    /// <param name="left">The share of those left so far that stays.</param>
    public WeightMasks Pruned(IReadOnlyDictionary<string, float[]> weights, double left) => this with
    {
        ByName = ByName.ToDictionary(of => of.Key, of =>
        {
            int[] open = [.. Enumerable.Range(0, of.Value.Length).Where(i => of.Value[i] > 0).OrderByDescending(i => Math.Abs(weights[of.Key][i])).ThenBy(i => i)];
            var mask = new float[of.Value.Length];
            foreach (var i in open.Take(Math.Max(1, (int)Math.Round(open.Length * (of.Key == Head ? (1 + left) / 2 : left)))))
            {
                mask[i] = 1;
            }
            return mask;
        }),
    };

    /// <summary>As many of each layer, drawn evenly.</summary>
    public WeightMasks Drawn(ulong seed)
    {
        var draws = new PhiloxStream(seed, Purpose.DrawnMasks);
        return this with
        {
            ByName = ByName.ToDictionary(of => of.Key, of =>
            {
                var mask = (float[])of.Value.Clone();
                for (var i = mask.Length - 1; i > 0; i--)
                {
                    var other = draws.Below(i + 1);
                    (mask[i], mask[other]) = (mask[other], mask[i]);
                }
                return mask;
            }),
        };
    }

    /// <summary>The network with zeros in the place of the weights that are gone.</summary>
    public Network On(Network network)
    {
        var masked = network.Forward.Clone();
        foreach (var tensor in masked.Graph.Initializer.Where(t => ByName.ContainsKey(t.Name)))
        {
            var values = Tensors.ToFloats(tensor).Zip(ByName[tensor.Name], (weight, mask) => mask > 0 ? weight : 0f).ToArray();
            tensor.RawData = Tensors.Float(tensor.Name, values, [.. tensor.Dims]).RawData;
        }
        return network with { Forward = masked };
    }
}

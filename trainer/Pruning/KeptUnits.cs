using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Pruning;

/// <summary>The units of a network of layers one after another that weigh most, and the smaller network of them.</summary>
/// <remarks>
/// A unit weighs the sum of its incoming weights without their signs (Li et al. 2017, "Pruning filters for efficient ConvNets"), one behind which batch
/// normalisation stands the size of its scale (Liu et al. 2017). It takes its weights from and to other units along.
/// </remarks>
internal sealed class KeptUnits
{
    private readonly NetworkSpec spec;
    private readonly List<(string Name, int[] Dims, int[][] Kept)> tensors = [];
    private readonly Dictionary<string, TensorProto> initializers;
    private readonly Queue<string> parameters;
    private readonly Queue<string> statistics;
    private readonly double left;

    /// <param name="network">Trained, of <paramref name="spec"/>.</param>
    /// <param name="left">The share of each layer's units that stays; one at least.</param>
    /// <exception cref="UsageException">See <see cref="RequireSingle"/>.</exception>
    public KeptUnits(NetworkSpec spec, Network network, double left)
    {
        RequireSingle(spec);
        (this.left, initializers) = (left, network.Forward.Graph.Initializer.ToDictionary(t => t.Name));
        (parameters, statistics) = (new(network.Parameters), new(network.Statistics));
        Units? kept = null;
        List<Layer> layers = [];
        foreach (var layer in spec.Layers)
        {
            var (smaller, next) = layer switch
            {
                Dense dense => Products(dense, dense.BatchNorm, kept, outputsFirst: false, count => dense with { Units = count }),
                Conv conv => Products(conv, conv.BatchNorm, kept, outputsFirst: true, count => conv with { Channels = count }),
                _ => (layer, kept),
            };
            layers.Add(smaller);
            kept = next;
        }
        var head = parameters.Dequeue();
        int[] dims = Dims(head);
        tensors.Add((head, dims, [Along(kept, dims[0]), All(dims[1])]));
        Whole(parameters.Dequeue());
        this.spec = spec with { Layers = layers };
    }

    /// <summary>The smaller network's layers.</summary>
    public NetworkSpec Spec => spec;

    /// <summary>The smaller network with the values that <paramref name="first"/>, a network of the larger one's layers, has in the units that are kept.</summary>
    /// <param name="smaller">Of <see cref="Spec"/>.</param>
    public Network Values(Network first, Network smaller)
    {
        var from = first.Forward.Graph.Initializer.ToDictionary(t => t.Name);
        var into = smaller.Parameters.Concat(smaller.Statistics).ToList();
        var taken = tensors.Where(t => first.Parameters.Contains(t.Name)).Concat(tensors.Where(t => first.Statistics.Contains(t.Name))).ToList();
        var model = smaller.Forward.Clone();
        var tensor = model.Graph.Initializer.ToDictionary(t => t.Name);
        foreach (var ((name, dims, kept), target) in taken.Zip(into))
        {
            tensor[target].RawData = Tensors.Float(target, Sliced(Tensors.ToFloats(from[name]), dims, kept), [.. tensor[target].Dims]).RawData;
        }
        return smaller with { Forward = model };
    }

    /// <summary>Refuses networks whose units cannot go one by one, which is known before any training.</summary>
    /// <exception cref="UsageException">A layer is one whose units belong together with those of another.</exception>
    public static void RequireSingle(NetworkSpec spec)
    {
        if (spec.Tower is not null || spec.PredictedLoss || spec.Members > 1)
        {
            throw new UsageException($"--units: the network has {(spec.Tower is not null ? "towers" : spec.PredictedLoss ? "a loss prediction" : "several members")}, expected layers one after another: prune single weights, without --units");
        }
        foreach (var (place, layer) in spec.Layers.Index())
        {
            if (layer is not (Dense { Residual: false, Highway: false } or Conv { Groups: 1 } or Pool or GlobalAveragePool or Flatten or ActivationLayer or UnitDropout or ChannelDropout))
            {
                throw new UsageException($"--units: layer {place + 1} is {layer.TypeName}, expected dense and conv layers, pools, activations and dropout one after another: prune single weights, without --units");
            }
        }
    }

    private (Layer Layer, Units? Kept) Products(Layer layer, bool normalised, Units? before, bool outputsFirst, Func<int, Layer> sized)
    {
        var weight = parameters.Dequeue();
        var dims = Dims(weight);
        var (inputs, outputs) = outputsFirst ? (dims[1], dims[0]) : (dims[0], dims[1]);
        var values = Tensors.ToFloats(initializers[weight]);
        var sizes = normalised ? Tensors.ToFloats(initializers[parameters.Peek()]).Select(s => Math.Abs((double)s)).ToArray() : new double[outputs];
        for (var i = 0; i < values.Length && !normalised; i++)
        {
            sizes[outputsFirst ? i / (values.Length / outputs) : i % outputs] += Math.Abs(values[i]);
        }
        int[] kept = [.. Enumerable.Range(0, outputs).OrderByDescending(unit => sizes[unit]).ThenBy(unit => unit).Take(Math.Max(1, (int)Math.Round(outputs * left))).Order()];
        int[][] axes = outputsFirst ? [kept, Along(before, inputs), .. dims.Skip(2).Select(All)] : [Along(before, inputs), kept];
        tensors.Add((weight, dims, axes));
        foreach (var name in normalised ? [parameters.Dequeue(), parameters.Dequeue(), statistics.Dequeue(), statistics.Dequeue()] : new[] { parameters.Dequeue() })
        {
            tensors.Add((name, Dims(name), [kept]));
        }
        return (sized(kept.Length), new Units(kept, outputs));
    }

    private void Whole(string name) => tensors.Add((name, Dims(name), [.. Dims(name).Select(All)]));

    private int[] Dims(string name) => [.. initializers[name].Dims.Select(d => (int)d)];

    /// <summary>The values that come from kept units: one each, or of a vector made of an image all places of a channel.</summary>
    private static int[] Along(Units? before, int width) => before is not { } units ? All(width)
        : [.. units.Kept.SelectMany(unit => Enumerable.Range(unit * (width / units.Of), width / units.Of))];

    private static int[] All(int count) => [.. Enumerable.Range(0, count)];

    private static float[] Sliced(float[] values, int[] dims, int[][] kept)
    {
        var strides = dims.Select((_, axis) => dims.Skip(axis + 1).Aggregate(1, (a, d) => a * d)).ToArray();
        int[] places = [0];
        for (var axis = 0; axis < dims.Length; axis++)
        {
            places = [.. places.SelectMany(place => kept[axis].Select(index => place + (index * strides[axis])))];
        }
        return [.. places.Select(place => values[place])];
    }

    /// <summary>Those of a layer that are kept, and how many it has.</summary>
    private sealed record Units(int[] Kept, int Of);
}

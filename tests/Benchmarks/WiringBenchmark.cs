using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Shards;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Benchmarks;

/// <summary>Randomly wired networks of several draws against chains of as many nodes, and what the loss of a single node costs.</summary>
internal static class WiringBenchmark
{
    private const int Draws = 5;
    private const int Nodes = 8;
    private const int Width = 16;
    private const int Stride = 2;
    private const int RowsOfRemovals = 2500;
    private const int RowsOfRates = 5000;
    private const int DrawsOfRates = 2;
    private static readonly float[] TriedRates = [0.002f, 0.005f, 0.01f, 0.02f];
    private static readonly WiringKind[] Kinds = [WiringKind.Ws, WiringKind.Er, WiringKind.Ba];

    /// <param name="train">Shards of square pictures with the column label.</param>
    /// <param name="test">The same, to measure by.</param>
    /// <param name="rows">Of the training rows, evenly from first to last.</param>
    /// <param name="epochs">Of each training, all taken.</param>
    /// <param name="rates">The highest learning rate of chains, and of wired networks.</param>
    /// <param name="kinds">Of the graphs; all where none is named.</param>
    public static void Run(string train, string test, int rows, int epochs, (float Chain, float Wired) rates, IReadOnlyList<string> kinds)
    {
        var (learnt, columns) = Rows(train);
        var set = TrainingSet.Of(columns, learnt.Where((_, place) => place % (learnt.Count / rows) == 0).Take(rows), 0.1);
        LabelledRow[] measured = Known(Rows(test).Rows, set);
        var named = kinds.Count > 0 ? [.. kinds.Select(kind => Enum.Parse<WiringKind>(kind, ignoreCase: true))] : Kinds;
        Console.WriteLine("| wiring | " + string.Join(" | ", Enumerable.Range(1, Draws).Select(draw => $"draw {draw}")) + " | mean ± deviation | weights |");
        Console.WriteLine("| --- | " + string.Join(" | ", Enumerable.Repeat("---", Draws + 2)) + " |");
        Tell("chain", [.. Enumerable.Range(1, Draws).Select(draw => Measured(Spec(Chain()), draw))]);
        var lost = new List<(WiringKind Kind, int Reads, int Readers, double Points)>();
        foreach (var kind in named)
        {
            Tell(kind.ToString().ToLowerInvariant(), [.. Enumerable.Range(1, Draws).Select(draw => Wired(kind, draw))]);
        }
        Console.WriteLine("\n| the removed node is read by | nodes | points lost, mean | least | most |\n| --- | --- | --- | --- | --- |");
        foreach (var group in lost.GroupBy(node => Math.Min(node.Readers, 4)).OrderBy(group => group.Key))
        {
            Console.WriteLine(Text($"| {(group.Key == 0 ? "none: the layer gives it" : group.Key == 4 ? "4 or more" : group.Key)} | {group.Count()} | {group.Average(n => n.Points):F1} | {group.Min(n => n.Points):F1} | {group.Max(n => n.Points):F1} |"));
        }

        (double Accuracy, long Weights) Wired(WiringKind kind, int draw)
        {
            var wiring = WiringOf(kind, draw);
            var trained = Train(set, Spec([wiring]), draw, epochs, rates.Wired);
            var whole = Accuracy(trained, measured[..RowsOfRemovals], set);
            var reads = WiredGraph.Draw(kind, Nodes, wiring.K, wiring.P, wiring.Seed);
            for (var node = 0; node < Nodes; node++)
            {
                lost.Add((kind, reads[node].Count, reads.Count(r => r.Contains(node)), 100 * (whole - Accuracy(Without(trained, node), measured[..RowsOfRemovals], set))));
            }
            return (Accuracy(trained, measured, set), Weights(trained));
        }

        (double Accuracy, long Weights) Measured(NetworkSpec spec, int draw)
        {
            var trained = Train(set, spec, draw, epochs, rates.Chain);
            return (Accuracy(trained, measured, set), Weights(trained));
        }
    }

    /// <summary>Which rate suits chains and which wired networks: by rows of the training shards that are not learnt from, of other draws than those of <see cref="Run"/>.</summary>
    public static void Rates(string train, int rows, int epochs, IReadOnlyList<string> kinds)
    {
        var (learnt, columns) = Rows(train);
        var every = learnt.Count / rows;
        var set = TrainingSet.Of(columns, learnt.Where((_, place) => place % every == 0).Take(rows), 0.1);
        LabelledRow[] measured = Known(learnt.Where((_, place) => place % every == 1), set);
        Console.WriteLine("| wiring | " + string.Join(" | ", TriedRates.Select(rate => $"rate {rate}")) + " |\n| --- |" + string.Join("", TriedRates.Select(_ => " --- |")));
        Tried("chain", _ => Chain());
        foreach (var kind in kinds.Select(kind => Enum.Parse<WiringKind>(kind, ignoreCase: true)))
        {
            Tried(kind.ToString().ToLowerInvariant(), draw => [WiringOf(kind, draw)]);
        }

        void Tried(string name, Func<int, IEnumerable<Layer>> body)
        {
            var found = TriedRates.Select(rate => Enumerable.Range(Draws + 1, DrawsOfRates).Select(draw => Accuracy(Train(set, Spec(body(draw)), draw, epochs, rate), measured[..Math.Min(measured.Length, RowsOfRates)], set)).ToArray());
            Console.WriteLine($"| {name} | {string.Join(" | ", found.Select(draws => Text($"{100 * draws.Average():F1} ({string.Join(", ", draws.Select(d => (100 * d).ToString("F1", CultureInfo.InvariantCulture)))})")))} |");
        }
    }

    private static Network Train(TrainingSet set, NetworkSpec spec, int seed, int epochs, float rate) =>
        TrainRun.Execute(set, new TrainOptions { Network = spec, Epochs = epochs, Seed = (ulong)seed, Steps = new() { LearningRate = rate } }).Network;

    private static double Accuracy(Network network, LabelledRow[] measured, TrainingSet set)
    {
        using var classifier = new Classifier(network, set.Classes.Count, new TrainOptions { Steps = new() { BatchRows = 250 } });
        return HoldoutScore.Of(classifier.Scores(measured, [Network.Logits])[0]).Accuracy;
    }

    private static LabelledRow[] Known(IEnumerable<(string Id, float[] Features, string Label)> rows, TrainingSet set) =>
        [.. rows.OrderBy(row => Holdout.Place(row.Id)).Select(row => new LabelledRow(row.Id, row.Features, set.Classes.ToList().IndexOf(row.Label)))];

    /// <summary>k and p are such that each kind has about 16 edges of 28.</summary>
    private static RandomWire WiringOf(WiringKind kind, int draw) => kind switch
    {
        WiringKind.Er => new RandomWire(Width, kind, Nodes, P: 0.57, Stride: Stride, Seed: (ulong)draw),
        WiringKind.Ba => new RandomWire(Width, kind, Nodes, K: 3, Stride: Stride, Seed: (ulong)draw),
        _ => new RandomWire(Width, kind, Nodes, Stride: Stride, Seed: (ulong)draw),
    };

    /// <summary>What a node gives is its batch normalisation's: with scale and shift 0 its readers add nothing of it, and where none reads it, the mean that the layer gives has a 0 in its place.</summary>
    private static Network Without(Network network, int node)
    {
        var model = network.Forward.Clone();
        var normalisation = model.Graph.Node.Where(n => n.OpType == "BatchNormalization").ElementAt(node);
        foreach (var tensor in model.Graph.Initializer.Where(t => t.Name == normalisation.Input[1] || t.Name == normalisation.Input[2]))
        {
            tensor.RawData = Tensors.Float(tensor.Name, new float[tensor.Dims[0]], [.. tensor.Dims]).RawData;
        }
        return network with { Forward = model };
    }

    private static (IReadOnlyList<(string Id, float[] Features, string Label)> Rows, IReadOnlyList<VectorColumn> Columns) Rows(string pool)
    {
        var shards = ShardSet.Resolve([pool]);
        VectorColumn[] columns = [shards.Vector("features")];
        return (LabelledRowReader.Read(shards, columns, new LabelSource.Column("label"), _ => { }, CancellationToken.None), columns);
    }

    /// <summary>The nodes one after another, each the relu, separable convolution and batch normalisation of a wired one.</summary>
    private static IEnumerable<Layer> Chain() => Enumerable.Range(0, Nodes).SelectMany(node => (Layer[])
    [
        new ActivationLayer(ActivationKind.Relu),
        new Conv(Width, Stride: node == 0 ? Stride : 1, Activation: ActivationKind.None, Groups: Width),
        new Conv(Width, Kernel: 1, Activation: ActivationKind.None, BatchNorm: true),
    ]);

    /// <summary>Between a convolution and a mean of all places.</summary>
    private static NetworkSpec Spec(IEnumerable<Layer> body) => new([new Conv(Width, Stride: 2, Activation: ActivationKind.None), .. body, new ActivationLayer(ActivationKind.Relu), new GlobalAveragePool(), new UnitDropout(0.2f)]);

    private static long Weights(Network network) => network.Forward.Graph.Initializer.Where(t => network.Parameters.Contains(t.Name)).Sum(t => t.Dims.Aggregate(1L, (a, d) => a * d));

    private static void Tell(string wiring, (double Accuracy, long Weights)[] draws)
    {
        var mean = draws.Average(d => d.Accuracy);
        var deviation = Math.Sqrt(draws.Sum(d => (d.Accuracy - mean) * (d.Accuracy - mean)) / (draws.Length - 1));
        Console.WriteLine($"| {wiring} | {string.Join(" | ", draws.Select(d => Text($"{100 * d.Accuracy:F1}")))} | {Text($"{100 * mean:F1} ± {100 * deviation:F1}")} | {Text($"{draws.Average(d => d.Weights):N0}")} |");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Tests.Committees;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Tests.Networks;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Layers;

/// <summary>Dropped weights of an LSTM and dropped words: in training, in the published graph and in the committee.</summary>
public class WeightDropoutTests
{
    private const int Steps = 3;
    private const int Inputs = 2;
    private const int Units = 4;
    private const int Members = 4;
    private const ulong Seed = 7;
    private const string Lstm = """{ "layers": [ { "type": "sequence", "steps": 3 }, { "type": "lstm", "units": 4, "output": "sequence", "weightDropout": 0.5 }, { "type": "flatten" } ] }""";

    [Theory]
    [InlineData(MaskKind.Balanced)]
    [InlineData(MaskKind.Independent)]
    public void A_member_is_what_plain_double_arithmetic_says_and_members_part_behind_the_first_step(MaskKind masks)
    {
        bool Keeps(int member, int weight) => masks == MaskKind.Balanced ? DocumentedMasks.KeepsBalanced(Seed, 0, member, weight, 0.5f, Members) : DocumentedMasks.KeepsIndependently(Seed, 0, member, weight, 0.5f);
        // Logit c sums the units of step c.
        var network = NetworkFixture.Build(Lstm, 3, 1, new VectorColumn("features", Steps * Inputs));
        network = LayerFixture.With(network, "dense_weight", [.. Enumerable.Range(0, Steps * Units).SelectMany(i => Enumerable.Range(0, 3).Select(c => i / Units == c ? 1f : 0))]);
        var recurrent = Array.ConvertAll(LayerFixture.Tensor(network, "lstm_recurrent"), w => 3 * w);
        network = LayerFixture.With(network, "lstm_recurrent", recurrent);
        var package = new ModelPackage("test.onnx", network.Forward, "", null);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), Members, Seed, masks);
        var rows = Scorer.Tests.TestModels.Numbers(5, committee.TileRows * Steps * Inputs);
        using var run = committee.NewRun();
        rows.CopyTo(run.Input(0));
        run.Run();

        float[][] logits = [.. Enumerable.Range(0, Members).Select(m => MaskedModel.Logits(run, committee, m))];
        for (var member = 0; member < Members; member++)
        {
            double[] masked = [.. recurrent.Select((w, i) => Keeps(member, i) ? 2.0 * w : 0)];
            foreach (var row in Enumerable.Range(0, committee.TileRows))
            {
                var expected = States(network, masked, rows.AsSpan(row * Steps * Inputs, Steps * Inputs)).Select(s => s.Sum()).ToArray();
                logits[member].AsSpan(row * 3, 3).ToArray().Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-5, $"row {row} of member {member}");
            }
            logits[member].Where((_, i) => i % 3 == 0).Zip(logits[0].Where((_, i) => i % 3 == 0), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-6f, "the first step reads no state");
            (member == 0 || logits[member].Where((_, i) => i % 3 == 2).Zip(logits[0].Where((_, i) => i % 3 == 2), (a, b) => Math.Abs(a - b)).Max() > 0.1f).Should().BeTrue("later ones read it");
        }
        float[][] passes = [.. Enumerable.Range(0, 2).Select(_ => LayerFixture.Run(network.Forward, network, rows)[Network.Logits].Values)];
        passes[1].Where((_, i) => i % 3 == 2).Should().NotEqual(passes[0].Where((_, i) => i % 3 == 2), "stock ONNX Runtime drops other weights in each run");
        passes[1].Where((_, i) => i % 3 == 0).Should().Equal(passes[0].Where((_, i) => i % 3 == 0));
        string.Join('\n', new Inspection("", "", null, null, 21, [], [], committee.Output, Members, committee.Plan, "").Lines()).Should().Contain("64 weights, ratio 0.5, multiplied: each member multiplies by its mask");
    }

    [Fact]
    public void A_step_of_training_is_one_with_the_weights_that_its_mask_leaves()
    {
        var network = NetworkFixture.Build(Lstm, 3, 1, new VectorColumn("features", Steps * Inputs));
        var mask = new float[4 * Units * Units];
        MaskSource.Fill(9, 3, 0, 0.5f, mask);
        var rows = Scorer.Tests.TestModels.Numbers(6, 2 * Steps * Inputs);
        using var torchNetwork = new TorchNetwork(network.Forward, network.Parameters);
        using var scope = torch.NewDisposeScope();

        var embedding = torchNetwork.Forward(new Dictionary<string, Tensor> { ["features"] = TensorConversion.ToTensor(rows, 2, Steps * Inputs) }, [Network.Embedding], new Pass(Training: true, Seed: 9, Step: 3))[0];
        embedding.sum().backward();

        double[] masked = [.. LayerFixture.Tensor(network, "lstm_recurrent").Zip(mask, (w, m) => (double)w * m)];
        var expected = Enumerable.Range(0, 2).SelectMany(row => States(network, masked, rows.AsSpan(row * Steps * Inputs, Steps * Inputs)).SelectMany(s => s));
        TensorConversion.ToArray<float>(embedding).Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-5);
        TensorConversion.ToArray<float>(torchNetwork.Parameters["lstm_recurrent"].grad!).Zip(mask).Should().OnlyContain(w => (w.First == 0) == (w.Second == 0), "what is dropped does not learn");
    }

    [Fact]
    public void A_word_is_dropped_wherever_it_stands_or_nowhere()
    {
        var network = NetworkFixture.Build("""{ "layers": [ { "type": "embedding", "tokens": 40, "width": 2, "dropout": 0.5 }, { "type": "flatten" } ] }""", 3, 1, new VectorColumn("features", 40));
        float[] row = [.. Enumerable.Range(0, 40).Select(i => (float)i)];

        var runs = Enumerable.Range(0, 2).Select(_ => LayerFixture.Run(network.Forward, network, [.. row, .. row.Reverse()])[Network.Embedding].Values).ToArray();

        var table = LayerFixture.Tensor(network, "embedding_table");
        foreach (var values in runs)
        {
            var words = values[..80].Chunk(2).ToArray();
            words.Index().Should().OnlyContain(w => w.Item.All(v => v == 0) || w.Item.SequenceEqual(table.AsSpan(w.Index * 2, 2).ToArray().Select(v => 2 * v)));
            words.Count(w => w.All(v => v == 0)).Should().BeInRange(5, 35);
            values[80..].Chunk(2).Reverse().Should().BeEquivalentTo(words, options => options.WithStrictOrdering(), "both rows lack the same words");
        }
        runs[1].Should().NotEqual(runs[0], "stock ONNX Runtime drops other words in each run");
        network.Dropouts.Should().ContainSingle().Which.Width.Should().Be(40);
    }

    /// <summary>h of each step from states of 0, gates in ONNX's order input, output, forget, cell.</summary>
    private static double[][] States(Network network, double[] recurrent, ReadOnlySpan<float> row)
    {
        var (weights, bias) = (LayerFixture.Tensor(network, "lstm_weight"), LayerFixture.Tensor(network, "lstm_bias"));
        var (h, c, states) = (new double[Units], new double[Units], new double[Steps][]);
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        for (var step = 0; step < Steps; step++)
        {
            float[] x = [.. row.Slice(step * Inputs, Inputs)];
            double Gate(int gate, int unit)
            {
                var at = (gate * Units) + unit;
                return bias[at] + bias[(4 * Units) + at] + x.Select((v, i) => (double)v * weights[(at * Inputs) + i]).Sum() + h.Select((v, i) => v * recurrent[(at * Units) + i]).Sum();
            }
            double[] Next(int unit)
            {
                var cell = (Sigmoid(Gate(2, unit)) * c[unit]) + (Sigmoid(Gate(0, unit)) * Math.Tanh(Gate(3, unit)));
                return [Sigmoid(Gate(1, unit)) * Math.Tanh(cell), cell];
            }
            var next = Enumerable.Range(0, Units).Select(Next).ToArray();
            (h, c) = ([.. next.Select(n => n[0])], [.. next.Select(n => n[1])]);
            states[step] = h;
        }
        return states;
    }
}

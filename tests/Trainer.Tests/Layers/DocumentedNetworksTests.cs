using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Tests.Committees;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Tests.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Layers;

/// <summary>The networks of docs/networks.md, one by one, from the file to the scorer's committee.</summary>
public partial class DocumentedNetworksTests
{
    private const ulong Seed = 0x1_0000_0007;
    private const int Members = 4;

    public static TheoryData<string, int> Networks
    {
        get
        {
            var text = File.ReadAllText(Path.Combine(RealData.Root(), "docs/networks.md"));
            var data = new TheoryData<string, int> { { "sequence", 12 } };
            foreach (Match example in Example().Matches(text))
            {
                data.Add(example.Groups[2].Value, example.Groups[1].Success ? int.Parse(example.Groups[1].Value, CultureInfo.InvariantCulture) : 784);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_documented_network_loads_with_dropout_active(string json, int width)
    {
        var network = Build(json, width);
        var rows = Rows(network, 8);

        var first = LayerFixture.Run(network.Forward, network, rows)[Network.Logits];
        var second = LayerFixture.Run(network.Forward, network, rows)[Network.Logits];

        first.Dims.Should().Equal(8, 3);
        first.Values.Should().OnlyContain(v => float.IsFinite(v)).And.NotEqual(second.Values, "stock ONNX Runtime drops other units in each run");
        ModelFile.Opset(network.Forward).Should().BeInRange(17, 21);
        network.Forward.Graph.Node.Should().OnlyContain(n => n.Domain.Length == 0, "standard operators are all that other runtimes know");
        network.Dropouts.Select(d => d.Node).Should().Equal(network.Forward.Graph.Node.Where(n => n.OpType == "Dropout").Select(n => n.Output[0]));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_documented_network_is_scored_member_by_member_as_stock_ONNX_Runtime_computes_it(string json, int width)
    {
        var network = Build(json, width);
        var package = new ModelPackage("test.onnx", network.Forward, "", null);
        var inputs = MaskedModel.Inputs(package);
        foreach (var masks in Enum.GetValues<MaskKind>())
        {
            using var committee = Committee.Compile(package, inputs, Members, Seed, masks);
            var rows = Rows(network, committee.TileRows);
            using var run = committee.NewRun();
            rows.CopyTo(run.Input(0));
            run.Run();

            for (var member = 0; member < Members; member++)
            {
                var expected = MaskedModel.Logits(package, inputs, Seed, masks, member, Members, [rows]);
                MaskedModel.Logits(run, committee, member).Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f, $"member {member}, {masks} masks");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_documented_network_trains_and_what_is_published_is_what_was_trained(string json, int width)
    {
        var rows = Rows(Build(json, width), 40).Chunk(width).Select((features, row) => ($"row-{row:D2}", features, $"{row % 3}"));
        var set = TrainingSet.Of([new VectorColumn("features", width)], rows, 0.25);

        var trained = TrainRun.Execute(set, new TrainOptions { Network = Spec(json), Epochs = 2, Seed = 1, Steps = new() { LearningRate = 1e-2f } }, stopping: TestContext.Current.CancellationToken);

        ModelCheck.Run(ModelFile.ToBytes(trained.Network.Forward), trained).Difference.Should().BeLessThan(1e-4);
        trained.Network.Parameters.Should().OnlyContain(p => !LayerFixture.Tensor(trained.Network, p).SequenceEqual(LayerFixture.Tensor(Build(json, width), p)), "every parameter learns");
    }

    [Fact]
    public void The_preset_for_token_ids_runs_its_LSTM_once_for_all_members()
    {
        var package = new ModelPackage("test.onnx", Build("sequence", 12).Forward, "", null);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);

        committee.Plan.Sites.Should().OnlyContain(s => s.Treatment != Treatment.Multiply);
        committee.Plan.Share.Should().BeLessThan(0.06, "a twentieth is shared");
    }

    [Theory]
    [InlineData("""{ "type": "dropout", "rate": 0.5 }, { "type": "dense", "units": 4 }""", 12)]
    [InlineData("""{ "type": "channelDropout", "rate": 0.5 }, { "type": "flatten" }""", 9)]
    [InlineData("""{ "type": "sequence", "steps": 3 }, { "type": "lockedDropout", "rate": 0.5 }, { "type": "flatten" }""", 12)]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "dropout", "rate": 0.5 } ] }""", 12)]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 2 }, { "type": "dropout", "rate": 0.5 }, { "type": "flatten" }""", 12)]
    public void A_network_that_drops_first_loads(string layers, int width)
    {
        var network = Build($$"""{ "layers": [ {{layers}} ] }""", width);

        LayerFixture.Run(network.Forward, network, Rows(network, 4))[Network.Logits].Values.Should().OnlyContain(v => float.IsFinite(v));
        // ONNX Runtime cannot load a Dropout of a computed mode that reads a graph input itself.
        network.Forward.Graph.Node.Where(n => n.OpType == "Dropout").Should().OnlyContain(n => n.Input[0] != "features");
    }

    private static Network Build(string json, int width) => NetworkFixture.Build(Spec(json), 3, 1, new VectorColumn("features", width));

    private static NetworkSpec Spec(string json) => json.StartsWith('{') ? NetworkSpec.Parse(json, "networks.md") : NetworkSpec.Load(json);

    /// <summary>Features, or ids with the padding's among them.</summary>
    private static float[] Rows(Network network, int rows)
    {
        var numbers = Scorer.Tests.TestModels.Numbers(3, rows * (int)network.Inputs[0].Dims[1]);
        return network.Tokens == 0 ? numbers : Array.ConvertAll(numbers, n => MathF.Max(0, MathF.Floor(n / 1.74f * (network.Tokens - 1))));
    }

    [GeneratedRegex(@"(?:\(a column of (\d+) values[^\n]*\n\n)?```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}

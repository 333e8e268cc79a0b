using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Networks;

public class LateFusionTests
{
    private const string Json = """
        { "tower": [ { "type": "dense", "units": 8, "batchNorm": true, "dropout": 0.5 }, { "type": "dense", "units": 8, "highway": true, "dropout": 0.2 } ],
          "layers": [ { "type": "dense", "units": 12, "dropout": 0.5 }, { "type": "dense", "units": 12, "residual": true, "dropout": 0.2 } ] }
        """;

    private static readonly VectorColumn[] Columns = [new("image", 6), new("text", 4), new("logits_text", 3)];

    [Fact]
    public void Every_column_has_a_tower_and_a_head_and_the_joint_tower_has_one()
    {
        var network = NetworkFixture.Build(Json, 3, 1, Columns);

        network.Inputs.Select(i => (i.Name, i.Missing)).Should().Equal(("image", ModelInput.NaN), ("text", ModelInput.NaN), ("logits_text_column", ModelInput.NaN));
        network.Heads.Select(h => h.Logits).Should().Equal("logits", "logits_image", "logits_text", "logits_logits_text");
        network.Dropouts.Select(d => d.Width).Should().Equal(8, 8, 8, 8, 8, 8, 12, 12);
        network.EmbeddingWidth.Should().Be(12);
        var outputs = NetworkFixture.Run(network.Forward, network, rows: 5);
        network.Heads.Should().OnlyContain(h => outputs[h.Logits].Dims.SequenceEqual(new long[] { 5, 3 }));
    }

    [Fact]
    public void Heads_on_towers_can_be_left_out()
    {
        var network = NetworkFixture.Build(Json.Replace("\"layers\"", "\"towerHeads\": false, \"layers\"", StringComparison.Ordinal), 3, 1, Columns);

        network.Heads.Should().ContainSingle().Which.Logits.Should().Be("logits");
        network.Forward.Graph.Output.Select(o => o.Name).Should().Equal("logits", "embedding");
    }

    [Fact]
    public void A_missing_vector_is_the_placeholder_without_the_presence_flag_and_changes_no_other_tower()
    {
        var network = NetworkFixture.Build(Json, 3, 1, Columns);
        var placeholder = network.Forward.Graph.Initializer.Single(t => t.Name == "placeholder");
        placeholder.RawData = Tensors.Float("", [0.5f, -1, 2, 0.25f, 1, -0.5f], 6).RawData;

        var missing = Run(network, [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN]);
        var same = Run(network, [0.5f, -1, 2, 0.25f, 1, -0.5f]);

        missing["logits"].Concat(missing["logits_image"]).Should().OnlyContain(v => float.IsFinite(v));
        missing["logits_text"].Should().Equal(same["logits_text"]);
        missing["logits_image"].Should().NotEqual(same["logits_image"], "the flag tells the placeholder from a vector like it");
        var weights = network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight");
        var flagless = Tensors.ToFloats(weights);
        Array.Clear(flagless, 6 * 8, 8);
        weights.RawData = Tensors.Float("", flagless, 7, 8).RawData;
        Run(network, [float.NaN, 0, 0, 0, 0, 0])["logits"].Should().Equal(Run(network, [0.5f, -1, 2, 0.25f, 1, -0.5f])["logits"], "only the flag told them apart");
    }

    [Fact]
    public void A_highway_starts_by_carrying_what_it_gets()
    {
        const string json = """{ "layers": [ { "type": "dense", "units": 4, "activation": "none", "highway": true, "dropout": 0.5 } ] }""";
        var network = NetworkFixture.Build(json, 3, 1, new VectorColumn("x", 4));
        foreach (var tensor in network.Forward.Graph.Initializer.Where(t => t.Name is "dense_weight" or "dense_weight_2"))
        {
            tensor.RawData = Tensors.Float("", new float[16], 4, 4).RawData;
        }

        using var session = new ModelSession(DropoutSwitch.Off(network.Forward));
        using var x = TensorBuffer.Over(new float[] { 1, -2, 3, 0.5f }, 1, 4);
        var carried = session.Run(new Dictionary<string, TensorBuffer> { ["x"] = x })["embedding"].Values;

        carried.Zip([1, -2, 3, 0.5f], (y, v) => y / v).Should().AllSatisfy(share => share.Should().BeApproximately(1 / (1 + MathF.Exp(-1)), 1e-6f));
    }

    private static Dictionary<string, float[]> Run(Network network, float[] image)
    {
        using var session = new ModelSession(DropoutSwitch.Off(network.Forward));
        using var first = TensorBuffer.Over(image, 1, 6);
        using var second = TensorBuffer.Over(new float[] { 1, 2, 3, 4 }, 1, 4);
        using var third = TensorBuffer.Over(new float[] { -1, 0, 1 }, 1, 3);
        return session.Run(new Dictionary<string, TensorBuffer> { ["image"] = first, ["text"] = second, ["logits_text_column"] = third }).ToDictionary(o => o.Key, o => o.Value.Values);
    }
}

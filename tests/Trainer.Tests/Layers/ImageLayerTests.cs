using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

public class ImageLayerTests
{
    [Fact]
    public void A_group_of_channels_is_made_from_its_own_group()
    {
        var network = LayerFixture.Build("""{ "type": "conv", "channels": 6, "groups": 2, "activation": "none" }, { "type": "globalAveragePool" }""", 36, "[4, 3, 3]");
        float[] row = [.. Enumerable.Range(0, 36).Select(i => MathF.Sin(i))];
        var other = row.ToArray();
        other[35] += 1; // In the last channel.

        var (before, after) = (LayerFixture.Embedding(network, row), LayerFixture.Embedding(network, other));

        after[..3].Should().Equal(before[..3]);
        after[3..].Zip(before[3..]).Should().OnlyContain(p => p.First != p.Second);
        LayerFixture.Tensor(network, "conv_weight").Should().HaveCount(6 * 2 * 9);
    }

    [Fact]
    public void A_transposed_convolution_doubles_an_image()
    {
        var network = LayerFixture.Build("""{ "type": "convTranspose", "channels": 1, "activation": "none" }, { "type": "flatten" }""", 4, "[1, 2, 2]");

        LayerFixture.Embedding(LayerFixture.With(network, "conv_weight", 1, 2, 3, 4), 1, 2, 3, 4)
            .Should().Equal(1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16);
    }

    [Fact]
    public void Group_normalisation_evens_each_group_of_channels_of_a_row_out()
    {
        var network = LayerFixture.Build("""{ "type": "groupNorm", "groups": 2 }, { "type": "flatten" }""", 64, "[4, 4, 4]");
        float[] rows = [.. Enumerable.Range(0, 128).Select(i => (i / 40f) + MathF.Sin(i))];

        var values = LayerFixture.Embedding(network, rows);

        foreach (var group in values.Chunk(32))
        {
            group.Average().Should().BeApproximately(0, 1e-4f);
            group.Average(v => v * v).Should().BeApproximately(1, 1e-3f);
        }
        LayerFixture.Embedding(network, rows[..64]).Should().Equal(values[..64], "a row does not depend on its batch");
    }

    [Fact]
    public void A_residual_block_of_a_dense_layer_is_a_residual_dense_layer()
    {
        float[] row = [.. Enumerable.Range(0, 9).Select(i => MathF.Sin(i))];
        var block = LayerFixture.Build("""{ "type": "residual", "layers": [ { "type": "dense", "units": 9, "activation": "silu" } ] }""", 9);

        LayerFixture.Embedding(block, row).Should().Equal(LayerFixture.Embedding(LayerFixture.Build("""{ "type": "dense", "units": 9, "activation": "silu", "residual": true }""", 9), row));
    }

    [Fact]
    public void A_shortcut_carries_where_the_shape_changes()
    {
        const string down = """{ "type": "conv", "channels": 5, "stride": 2, "activation": "none" }""";
        float[] row = [.. Enumerable.Range(0, 16).Select(i => MathF.Sin(i))];
        float[] Output(string layers) => LayerFixture.Embedding(LayerFixture.Build($$"""{{layers}}, { "type": "flatten" }""", 16, "[1, 4, 4]"), row);

        var sum = Output($$"""{ "type": "residual", "layers": [ {{down}} ], "shortcut": [ { "type": "pool", "size": 2, "kind": "average" }, { "type": "conv", "channels": 5, "kernel": 1, "activation": "none" } ] }""");

        sum.Should().HaveCount(20).And.NotEqual(Output(down));
    }

    [Fact]
    public void Silu_is_x_times_its_sigmoid()
    {
        var network = LayerFixture.Build("""{ "type": "activation", "kind": "silu" }""", 3);

        LayerFixture.Embedding(network, -2, 0, 3).Zip([-2 / (1 + MathF.Exp(2)), 0, 3 / (1 + MathF.Exp(-3))], (a, e) => MathF.Abs(a - e)).Max().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void The_loss_is_predicted_from_layers_of_every_kind()
    {
        var network = Networks.NetworkFixture.Build(
            """
            { "predictedLoss": true, "layers": [ { "type": "conv", "channels": 4 }, { "type": "convTranspose", "channels": 4 }, { "type": "sequence" },
              { "type": "attention", "heads": 2 }, { "type": "gru", "units": 4 }, { "type": "dense", "units": 4, "dropout": 0.5 } ] }
            """, 3, 1, new Engine.VectorColumn("features", 16));

        network.LossTaps.Should().HaveCount(5);
        LayerFixture.Run(network.Forward, network, new float[32])[Network.PredictedLoss].Dims.Should().Equal(2, 1);
    }
}

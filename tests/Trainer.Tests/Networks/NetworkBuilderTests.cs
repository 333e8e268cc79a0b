using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Networks;

public class NetworkBuilderTests
{
    [Theory]
    [InlineData("mlp", 784, 512)]
    [InlineData("mlp", 5, 512)]
    [InlineData("cnn", 784, 128)]
    [InlineData("cnn", 3 * 32 * 32, 128)]
    public void A_preset_gives_logits_and_the_activation_before_the_head(string preset, int width, int embedding)
    {
        var network = NetworkFixture.Build(NetworkSpec.Load(preset), 10, 1, new VectorColumn("features", width));

        var outputs = NetworkFixture.Run(network.Forward, network, rows: 4);

        outputs[Network.Logits].Dims.Should().Equal(4, 10);
        outputs[Network.Embedding].Dims.Should().Equal(4, embedding);
        network.EmbeddingWidth.Should().Be(embedding);
        network.Dropouts.Should().HaveCount(2).And.OnlyContain(d => d.Ratio == 0.5f);
        network.Dropouts[^1].Width.Should().Be(embedding);
        ModelFile.Dims(network.Forward.Graph.Output.Single(o => o.Name == Network.Logits)).Should().Equal(-1, 10);
    }

    [Fact]
    public void Several_columns_are_joined_in_order()
    {
        const string json = """{ "layers": [ { "type": "dense", "units": 4, "dropout": 0.5 } ] }""";

        var network = NetworkFixture.Build(json, 3, 1, new VectorColumn("image", 6), new VectorColumn("text", 2));

        network.Inputs.Select(i => i.Name).Should().Equal("image", "text");
        network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight").Dims.Should().Equal(8, 4);
        NetworkFixture.Run(network.Forward, network, rows: 2)[Network.Logits].Dims.Should().Equal(2, 3);
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("embedding")]
    [InlineData("Dropout")]
    public void A_column_may_be_called_like_a_value_of_the_graph(string column)
    {
        const string json = """{ "layers": [ { "type": "dense", "units": 4, "dropout": 0.5 } ] }""";

        var network = NetworkFixture.Build(json, 3, 1, new VectorColumn(column, 6));

        network.Inputs.Single().Columns.Should().Equal(column);
        NetworkFixture.Run(network.Forward, network, rows: 2)[Network.Logits].Dims.Should().Equal(2, 3);
    }

    [Fact]
    public void Dropout_is_active_under_a_stock_session_and_off_once_switched_off()
    {
        const string json = """
            { "image": [2, 6, 6], "layers": [
              { "type": "conv", "channels": 8, "batchNorm": true, "activation": "gelu" }, { "type": "channelDropout", "rate": 0.5 },
              { "type": "pool", "size": 2, "kind": "average" }, { "type": "flatten" }, { "type": "dropout", "rate": 0.3 },
              { "type": "dense", "units": 16, "activation": "tanh", "batchNorm": true, "dropout": 0.5 },
              { "type": "dense", "units": 16, "activation": "sigmoid", "residual": true, "dropout": 0.5 } ] }
            """;
        var network = NetworkFixture.Build(json, 3, 1, new VectorColumn("features", 72));

        float[] Logits(Graphs.Onnx.ModelProto model) => NetworkFixture.Run(model, network, rows: 8)[Network.Logits].Values;

        Logits(network.Forward).Should().NotEqual(Logits(network.Forward));
        var off = DropoutSwitch.Off(network.Forward);
        Logits(off).Should().Equal(Logits(off));
        network.Dropouts.Select(d => d.Width).Should().Equal(8, 72, 16, 16);
    }

    [Fact]
    public void The_embedding_comes_before_the_last_dropout()
    {
        const string json = """{ "layers": [ { "type": "dense", "units": 32 }, { "type": "dropout", "rate": 0.5 } ] }""";
        var network = NetworkFixture.Build(json, 3, 1, new VectorColumn("features", 9));

        float[] Output(string name) => NetworkFixture.Run(network.Forward, network, rows: 4)[name].Values;

        Output(Network.Embedding).Should().Equal(Output(Network.Embedding));
        Output(Network.Logits).Should().NotEqual(Output(Network.Logits));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        byte[] Bytes(ulong seed) =>
            ModelFile.ToBytes(NetworkFixture.Build(NetworkSpec.Load("cnn"), 10, seed, new VectorColumn("features", 784)).Forward);

        Bytes(7).Should().Equal(Bytes(7)).And.NotEqual(Bytes(8));
    }

    [Fact]
    public void Weights_stay_within_the_bound_of_their_activation_and_fill_it()
    {
        var network = NetworkFixture.Build(NetworkSpec.Load("mlp"), 10, 3, new VectorColumn("features", 600));

        var hidden = Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight"));
        var head = Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight_3"));

        hidden.Max(MathF.Abs).Should().BeInRange(0.0999f, 0.1f, "√(6/600) is He's bound");
        hidden.Average().Should().BeApproximately(0, 1e-3f);
        head.Max(MathF.Abs).Should().BeInRange(0.106f, MathF.Sqrt(6f / 522), "√(6/(512 + 10)) is Glorot's bound");
    }

    [Fact]
    public void Features_are_standardised_inside_the_graph()
    {
        float[][] rows = [[10, 1, 7], [20, 1, 7.5f], [30, 1, 8]];

        var standardisation = Standardisation.Of(rows, together: 1);

        standardisation.Mean.Should().Equal(20, 1, 7.5f);
        standardisation.Scale[1].Should().Be(0, "the second feature never changes");
        standardisation.Scale[0].Should().BeApproximately(1 / MathF.Sqrt(200f / 3), 1e-6f);
        Standardisation.Of([[1, 3, 10, 30]], together: 2).Mean.Should().Equal(2, 2, 20, 20);
    }

    [Theory]
    [InlineData("mlp", 2)]
    [InlineData("cnn", 3)]
    [InlineData("late-fusion", 3)]
    public void The_loss_is_predicted_from_every_dense_and_conv_layer(string preset, int layers)
    {
        var network = NetworkFixture.Build(NetworkSpec.Load(preset) with { PredictedLoss = true }, 10, 1, new VectorColumn("features", 784));

        network.LossTaps.Should().HaveCount(layers);
        NetworkFixture.Run(network.Forward, network, rows: 4)[Network.PredictedLoss].Dims.Should().Equal(4, 1);
        NetworkFixture.Build(NetworkSpec.Load(preset), 10, 1, new VectorColumn("features", 784)).LossTaps.Should().BeEmpty();
    }

    [Fact]
    public void Missing_features_count_for_nothing_in_the_standardisation()
    {
        var standardisation = Standardisation.Of([[1, float.NaN], [3, 5], [5, float.NaN]], together: 1);

        standardisation.Mean.Should().Equal(3, 5);
        standardisation.Scale.Should().Equal((float)(1 / Math.Sqrt(8.0 / 3)), 0);
    }

    [Theory]
    [InlineData(785, "*785*neither a square image*network.json*")]
    [InlineData(2, "*2 values*")]
    public void A_width_that_is_no_image_is_a_usage_error(int width, string message) =>
        FluentActions.Invoking(() => NetworkFixture.Build(NetworkSpec.Load("cnn"), 10, 1, new VectorColumn("features", width)))
            .Should().Throw<UsageException>().WithMessage(message);

    [Fact]
    public void Images_come_from_one_column() =>
        FluentActions.Invoking(() => NetworkFixture.Build(NetworkSpec.Load("cnn"), 10, 1, new VectorColumn("a", 784), new VectorColumn("b", 784)))
            .Should().Throw<UsageException>().WithMessage("*one feature column, got 2 (a, b)*--features*");

    [Theory]
    [InlineData("""{ "type": "conv", "channels": 4 }, { "type": "dense", "units": 2, "dropout": 0.5 }""", "*layer 2*put flatten*")]
    [InlineData("""{ "type": "flatten" }, { "type": "conv", "channels": 4 }, { "type": "dropout", "rate": 0.5 }""", "*layer 2*needs an image*")]
    [InlineData("""{ "type": "pool", "size": 9 }, { "type": "dropout", "rate": 0.5 }""", "*layer 1*pool of 9 does not fit*8×8*")]
    [InlineData("""{ "type": "conv", "channels": 4, "kernel": 9, "padding": 0 }, { "type": "dropout", "rate": 0.5 }""", "*layer 1*kernel of 9*")]
    [InlineData("""{ "type": "flatten" }, { "type": "dense", "units": 2, "residual": true, "dropout": 0.5 }""", "*layer 2*residual*2 units on 64*")]
    [InlineData("""{ "type": "channelDropout", "rate": 0.5 }""", "*layer 2*dense layer needs a vector*")]
    public void A_layer_that_does_not_fit_is_named(string layers, string message) =>
        FluentActions.Invoking(() => NetworkFixture.Build($$"""{ "image": [1, 8, 8], "layers": [ {{layers}} ] }""", 3, 1, new VectorColumn("features", 64)))
            .Should().Throw<DataException>().WithMessage(message);
}

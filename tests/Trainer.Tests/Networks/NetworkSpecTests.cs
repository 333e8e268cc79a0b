using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Networks;

public class NetworkSpecTests
{
    [Theory]
    [InlineData("{", "x.json is no network: *line 1*")]
    [InlineData("null", "*expected an object with layers*")]
    [InlineData("{}", "*'layers' is missing*")]
    [InlineData("""{ "layers": [ { "type": "dnse" } ] }""", "*type is missing or unknown, expected dense, *at $.layers[0]*")]
    [InlineData("""{ "layers": [ { "units": 4 } ] }""", "*type is missing or unknown, expected dense, *at $.layers[0], line 1*")]
    [InlineData("""{ "layers": [ { "type": "dense" } ] }""", "*'units' is missing at $.layers[0], line 1*")]
    [InlineData("""{ "layers": [ { "type": "dense", "unit": 3 } ] }""", "*'unit' is no setting there at $.layers[0].unit*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": "many" } ] }""", "*not one that fits at $.layers[0].units*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": 3, "activation": "step" } ] }""", "*not one that fits at $.layers[0].activation*")]
    [InlineData("""{ "layers": [ null ] }""", "*layer 1: null, expected an object with a type*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": 0 } ] }""", "*layer 1: units is 0, expected 1 or more*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": 2, "dropout": 1 } ] }""", "*layer 1: dropout is 1, expected 0 or more and below 1*")]
    [InlineData("""{ "layers": [ { "type": "dropout", "rate": 0 } ] }""", "*layer 1: rate is 0, expected above 0 and below 1*")]
    [InlineData("""{ "layers": [ { "type": "pool", "size": 1 } ] }""", "*layer 1: size is 1, expected 2 or more*")]
    [InlineData("""{ "layers": [ { "type": "conv", "channels": 3, "padding": -1 } ] }""", "*layer 1: padding is -1, expected 0 or more*")]
    [InlineData("""{ "image": [28, 28], "layers": [] }""", "*image is [28, 28], expected three positive numbers*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": 2, "residual": true, "highway": true } ] }""", "*layer 1: residual and highway are both set*")]
    [InlineData("""{ "tower": [ { "type": "dense", "units": 2, "dropout": 1 } ], "layers": [] }""", "*tower layer 1: dropout is 1*")]
    [InlineData("""{ "tower": [ { "type": "dense", "units": 2, "dropout": 0.5 } ], "layers": [] }""", "*one dropout in the tower and one behind*")]
    [InlineData("""{ "tower": [ { "type": "flatten" } ], "layers": [] }""", "*towers has layers that need an image*")]
    [InlineData("""{ "layers": [ { "type": "dense", "units": 2 } ] }""", "*expected at least one dropout*")]
    public void A_file_that_is_no_network_is_refused_at_its_place(string json, string message) =>
        FluentActions.Invoking(() => NetworkSpec.Parse(json, "x.json")).Should().Throw<DataException>().WithMessage(message)
            .Which.Message.Should().NotContain("System.").And.NotContain("ParquetPool.");

    [Fact]
    public void Neither_a_preset_nor_a_file_is_a_usage_error() =>
        FluentActions.Invoking(() => NetworkSpec.Load("resnet")).Should().Throw<UsageException>().WithMessage("*resnet*mlp, cnn, random-wire, late-fusion*");

    [Fact]
    public void A_rate_replaces_those_of_layers_that_drop()
    {
        var spec = NetworkSpec.Parse(
            """{ "layers": [ { "type": "dense", "units": 2 }, { "type": "dropout", "rate": 0.1 }, { "type": "dense", "units": 2, "dropout": 0.2 } ] }""", "x.json");

        spec.WithDropout(0.7f).Layers.Select(l => l is UnitDropout d ? d.Rate : ((Dense)l).Dropout).Should().Equal(0, 0.7f, 0.7f);
    }

    [Fact]
    public void Settings_left_out_have_their_defaults()
    {
        var spec = NetworkSpec.Parse("""{ "layers": [ { "channels": 5, "type": "conv" }, { "type": "channelDropout", "rate": 0.5 } ] }""", "x.json");

        spec.Layers[0].Should().Be(new Conv(5, 3, 1, null, ActivationKind.Relu));
        spec.Image.Should().BeNull();
    }
}

using ParquetPool.Errors;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

public class LayerErrorTests
{
    private const string Cut = """{ "type": "sequence", "steps": 3 }""";

    [Theory]
    [InlineData("""{ "type": "lstm", "units": 4 }""", "*layer 1*needs a sequence [steps, width]*gives a vector of 12 values*sequence or embedding*")]
    [InlineData(Cut + """, { "type": "flatten" }, { "type": "attention", "heads": 2 }""", "*layer 3*needs a sequence*vector of 12 values: put it before flatten*")]
    [InlineData(Cut + """, { "type": "gru", "units": 4 }, { "type": "lockedDropout", "rate": 0.5 }""", "*layer 3*needs a sequence*vector of 4 values*")]
    [InlineData(Cut + """, { "type": "attention", "heads": 3 }""", "*layer 2*heads is 3 on a sequence [3, 4], expected a number that divides the 4 values*")]
    [InlineData("""{ "type": "sequence", "steps": 5 }""", "*layer 1*steps is 5 on a vector of 12 values*divides*")]
    [InlineData(Cut + """, { "type": "sequence", "steps": 2 }""", "*layer 2*needs a vector or an image*sequence [3, 4]*")]
    [InlineData(Cut + """, { "type": "conv", "channels": 4 }""", "*layer 2*needs an image*gives a sequence [3, 4]*")]
    [InlineData(Cut + """, { "type": "dense", "units": 4, "batchNorm": true }""", "*layer 2*batchNorm works on vectors*sequence [3, 4]*layerNorm*")]
    [InlineData(Cut, "*layer 3*dense layer needs a vector*gives a sequence [3, 4]: put flatten or poolSequence*")]
    [InlineData("""{ "type": "flatten" }, { "type": "flatten" }""", "*layer 2*needs an image or a sequence*vector of 12*", "[3, 2, 2]")]
    [InlineData("""{ "type": "conv", "channels": 4, "groups": 2 }""", "*layer 1*groups is 2 with 3 channels before and 4 behind*divides both*", "[3, 2, 2]")]
    [InlineData("""{ "type": "convTranspose", "channels": 4, "groups": 3 }""", "*layer 1*groups is 3 with 3 channels before and 4 behind*", "[3, 2, 2]")]
    [InlineData("""{ "type": "convTranspose", "channels": 4, "padding": 2 }""", "*layer 1*padding of 2 leaves nothing of an image of 2×2*", "[3, 2, 2]")]
    [InlineData("""{ "type": "groupNorm", "groups": 2 }""", "*layer 1*groups is 2 on 3 channels*divides*", "[3, 2, 2]")]
    [InlineData("""{ "type": "channelDropout", "rate": 0.5 }, { "type": "layerNorm" }""", "*layer 2*vector or a sequence*image [3, 2, 2]*groupNorm*", "[3, 2, 2]")]
    [InlineData("""{ "type": "conv", "channels": 3 }, { "type": "sequence", "steps": 5 }""", "*layer 2*steps is 5 on an image [3, 2, 2]*4 places*", "[3, 2, 2]")]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "dense", "units": 5 } ] }""", "*layer 1*its layers give a vector of 5 values, the shortcut a vector of 12 values*same shape*")]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "dense", "units": 5 }, { "type": "lstm", "units": 3 } ] }""", "*layer 1 does not fit: its layer 2 does not fit: *needs a sequence*vector of 5*")]
    public void A_layer_that_does_not_fit_is_named_with_what_comes_before_it(string layers, string message, string? image = null) =>
        FluentActions.Invoking(() => LayerFixture.Build(layers, 12, image)).Should().Throw<DataException>().WithMessage(message);

    [Theory]
    [InlineData("""{ "type": "lstm", "units": 0 }""", "*layer 1: units is 0, expected 1 or more*")]
    [InlineData("""{ "type": "dense", "units": 1048576 }""", "*layer 1: units is 1048576, expected at most 65,536*")]
    [InlineData("""{ "type": "gru", "units": 2, "dropout": 1 }""", "*layer 1: dropout is 1, expected 0 or more and below 1*")]
    [InlineData("""{ "type": "gru", "units": 2, "output": "all" }""", "*not one that fits at $.layers[0].output*")]
    [InlineData("""{ "type": "attention" }""", "*'heads' is missing at $.layers[0]*")]
    [InlineData("""{ "type": "embedding", "tokens": 1, "width": 4 }""", "*layer 1: tokens is 1, expected 2 to 16777216*")]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 4, "padding": 9 }""", "*layer 1: padding is 9, expected an id from 0 to 8*")]
    [InlineData("""{ "type": "dense", "units": 4 }, { "type": "embedding", "tokens": 9, "width": 4 }""", "*embedding layer stands behind others, expected it to be the first*")]
    [InlineData("""{ "type": "residual", "layers": [] }""", "*layer 1: layers is empty*")]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "groupNorm", "groups": 0 } ] }""", "*layer 1: layer 1: groups is 0, expected 1 or more*")]
    [InlineData("""{ "type": "conv", "channels": 4, "groups": 0 }""", "*layer 1: groups is 0*")]
    [InlineData("""{ "type": "layer-nrm" }""", "*type is missing or unknown, expected dense, *layerNorm, *")]
    public void A_setting_out_of_range_is_refused(string layers, string message) => Parsing(layers).Should().Throw<DataException>().WithMessage(message);

    [Fact]
    public void A_network_of_sequences_that_drops_nothing_is_refused() =>
        FluentActions.Invoking(() => NetworkSpec.Parse("""{ "layers": [ { "type": "sequence", "steps": 2 }, { "type": "lstm", "units": 3 } ] }""", "x.json"))
            .Should().Throw<DataException>().WithMessage("*expected at least one dropout*");

    [Theory]
    [InlineData("""{ "type": "sequence", "steps": 2 }""")]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "lstm", "units": 3 } ] }""")]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 2 }""")]
    public void A_tower_works_on_vectors(string layer) =>
        FluentActions.Invoking(() => NetworkSpec.Parse($$"""{ "tower": [ { "type": "dropout", "rate": 0.5 }, {{layer}} ], "layers": [ { "type": "dropout", "rate": 0.5 } ] }""", "x.json"))
            .Should().Throw<DataException>().WithMessage("*towers has layers that need an image or a sequence*");

    [Fact]
    public void Types_may_be_written_with_hyphens() =>
        Spec("""{ "type": "layer-norm" }, { "type" : "group-norm", "groups": 3 }, { "type": "pool-sequence", "kind": "max" }, { "type": "conv-transpose", "channels": 2 }""").Layers
            .Should().Equal(new LayerNorm(), new GroupNorm(3), new PoolSequence(SequencePoolKind.Max), new ConvTranspose(2), new UnitDropout(0.5f));

    [Fact]
    public void A_rate_replaces_those_inside_blocks_and_the_network_is_read_back_as_written()
    {
        var spec = Spec("""{ "type": "residual", "layers": [ { "type": "attention", "heads": 2, "dropout": 0.1 }, { "type": "gru", "units": 4, "dropout": 0.2 } ], "shortcut": [ { "type": "lockedDropout", "rate": 0.1 } ] }""").WithDropout(0.7f);

        spec.Layers[0].Should().Be(new Residual([new Attention(2, 0.7f), new Gru(4, Dropout: 0.7f)], [new LockedDropout(0.7f)]));
        NetworkSpec.Parse(spec.ToJson(), "x.json").Layers.Should().Equal(spec.Layers);
    }

    private static Func<NetworkSpec> Parsing(string layers) => FluentActions.Invoking(() => Spec(layers));

    private static NetworkSpec Spec(string layers) => NetworkSpec.Parse($$"""{ "layers": [ {{layers}}, { "type": "dropout", "rate": 0.5 } ] }""", "x.json");
}

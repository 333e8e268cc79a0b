using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Tests.Optimisers;

public class StepOptionsTests
{
    [Theory]
    [InlineData("mlp", 0.001f)]
    [InlineData("cnn", 0.001f)]
    [InlineData("awd-lstm", 0.01f)]
    [InlineData("sequence", 0.01f)]
    public void A_network_that_reads_tokens_one_after_another_learns_faster_where_nobody_says_how_fast(string preset, float rate) =>
        StepOptions.RateOf(NetworkSpec.Load(preset)).Should().Be(rate);

    [Theory]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 4 }, { "type": "gru", "units": 4, "dropout": 0.5 }""", 0.01f)]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 4 }, { "type": "attention", "heads": 2, "dropout": 0.5 }, { "type": "gru", "units": 4 }""", 0.001f)]
    [InlineData("""{ "type": "embedding", "tokens": 9, "width": 4 }, { "type": "flatten" }, { "type": "dropout", "rate": 0.5 }""", 0.001f)]
    public void Attention_and_networks_without_memory_do_not(string layers, float rate) =>
        StepOptions.RateOf(NetworkSpec.Parse($$"""{ "layers": [ {{layers}} ] }""", "network.json")).Should().Be(rate);
}

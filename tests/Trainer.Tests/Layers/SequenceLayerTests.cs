using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

public class SequenceLayerTests
{
    private const string Tokens = """{ "type": "embedding", "tokens": 10, "width": 8, "padding": 0 }""";

    [Theory]
    [InlineData("""{ "type": "lstm", "units": 5 }""")]
    [InlineData("""{ "type": "gru", "units": 5 }""")]
    [InlineData("""{ "type": "gru", "units": 5, "output": "sequence" }, { "type": "poolSequence", "kind": "last" }""")]
    [InlineData("""{ "type": "lstm", "units": 5, "output": "sequence" }, { "type": "poolSequence", "kind": "max" }""")]
    [InlineData("""{ "type": "positions" }, { "type": "attention", "heads": 2 }, { "type": "poolSequence" }""")]
    [InlineData("""{ "type": "residual", "layers": [ { "type": "layerNorm" }, { "type": "attention", "heads": 4 } ] }, { "type": "dense", "units": 6 }, { "type": "poolSequence", "kind": "max" }""")]
    [InlineData("""{ "type": "poolSequence" }""")]
    public void Padding_changes_nothing(string layers)
    {
        var (shorter, longer) = (LayerFixture.Build($"{Tokens}, {layers}", 4), LayerFixture.Build($"{Tokens}, {layers}", 7));

        var expected = LayerFixture.Embedding(shorter, 3, 1, 4, 1, 5, 9, 2, 6);
        var padded = LayerFixture.Embedding(longer, 3, 1, 4, 1, 0, 0, 0, 5, 9, 2, 6, 0, 0, 0);

        padded.Zip(expected, (p, e) => MathF.Abs(p - e)).Max().Should().BeLessThan(1e-5f);
        LayerFixture.Embedding(longer, 3, 1, 4, 1, 2, 0, 0).Zip(expected, (p, e) => MathF.Abs(p - e)).Max().Should().BeGreaterThan(1e-3f, "a token more is seen");
    }

    [Theory]
    [InlineData("""{ "type": "lstm", "units": 5, "bidirectional": true }""")]
    [InlineData("""{ "type": "poolSequence", "kind": "max" }""")]
    [InlineData("""{ "type": "poolSequence", "kind": "last" }""")]
    [InlineData("""{ "type": "attention", "heads": 2 }, { "type": "poolSequence" }""")]
    public void A_row_of_padding_alone_gives_numbers(string layers)
    {
        var values = LayerFixture.Embedding(LayerFixture.Build($"{Tokens}, {layers}", 4), 0, 0, 0, 0);

        values.Should().OnlyContain(v => MathF.Abs(v) < 100);
    }

    [Fact]
    public void The_last_state_is_that_of_the_whole_sequence_read_forwards_and_backwards()
    {
        const string both = """{ "type": "sequence", "steps": 3 }, { "type": "gru", "units": 4, "bidirectional": true """;
        float[] row = [.. Enumerable.Range(0, 6).Select(i => MathF.Sin(i))];

        var all = LayerFixture.Embedding(LayerFixture.Build($$"""{{both}}, "output": "sequence" }, { "type": "flatten" }""", 6), row);
        var last = LayerFixture.Embedding(LayerFixture.Build($$"""{{both}} }""", 6), row);

        all.Should().HaveCount(3 * 8);
        last.Should().Equal([.. all[16..20], .. all[4..8]], "forwards it ends at the last step, backwards at the first");
    }

    [Fact]
    public void Attention_is_what_plain_double_arithmetic_says()
    {
        var network = LayerFixture.Build("""{ "type": "sequence", "steps": 3 }, { "type": "attention", "heads": 2 }, { "type": "flatten" }""", 12);
        float[] row = [.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i))];
        double[][] x = [.. row.Chunk(4).Select(s => Array.ConvertAll(s, v => (double)v))];
        double[][] Linear(double[][] steps, string name) =>
            [.. steps.Select(s => Enumerable.Range(0, 4).Select(o => s.Select((v, i) => v * LayerFixture.Tensor(network, name)[i * 4 + o]).Sum()).ToArray())];

        var (q, k, v) = (Linear(x, "dense_weight"), Linear(x, "dense_weight_2"), Linear(x, "dense_weight_3"));
        var mixed = Enumerable.Range(0, 3).Select(_ => new double[4]).ToArray();
        foreach (var (step, head) in Enumerable.Range(0, 3).SelectMany(s => Enumerable.Range(0, 2).Select(h => (s, h))))
        {
            var scores = k.Select(key => Math.Exp(Enumerable.Range(head * 2, 2).Sum(i => q[step][i] * key[i]) / Math.Sqrt(2))).ToArray();
            foreach (var i in Enumerable.Range(head * 2, 2))
            {
                mixed[step][i] = scores.Zip(v, (s, value) => s * value[i]).Sum() / scores.Sum();
            }
        }

        LayerFixture.Embedding(network, row).Zip(Linear(mixed, "dense_weight_4").SelectMany(s => s), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-5);
    }

    [Fact]
    public void A_locked_value_is_dropped_at_all_steps_of_a_row_or_at_none()
    {
        var network = LayerFixture.Build("""{ "type": "sequence", "steps": 5 }, { "type": "lockedDropout", "rate": 0.5 }, { "type": "flatten" }""", 40);

        var values = LayerFixture.Run(network.Forward, network, [.. Enumerable.Repeat(1f, 40 * 6)])[Network.Embedding].Values;

        foreach (var row in values.Chunk(40))
        {
            row.Chunk(8).Should().AllSatisfy(step => step.Should().Equal(row[..8]));
        }
        values.Distinct().Should().BeEquivalentTo([0f, 2f]);
        values.Chunk(40).Distinct(EqualityComparer<float[]>.Create((a, b) => a!.SequenceEqual(b!), r => r[0].GetHashCode())).Should().HaveCountGreaterThan(1, "each row has a draw of its own");
    }

    [Fact]
    public void Each_place_of_an_image_is_a_step_with_its_channels()
    {
        var network = LayerFixture.Build("""{ "type": "sequence" }, { "type": "flatten" }""", 12, "[3, 2, 2]");

        LayerFixture.Embedding(network, 1, 2, 3, 4, -1, -2, -3, -4, 0.1f, 0.2f, 0.3f, 0.4f).Should().Equal(1, -1, 0.1f, 2, -2, 0.2f, 3, -3, 0.3f, 4, -4, 0.4f);
    }

    [Fact]
    public void First_weights_are_those_documented()
    {
        var network = LayerFixture.Build($$"""{{Tokens}}, { "type": "positions" }, { "type": "lstm", "units": 16 }""", 4);

        LayerFixture.Tensor(network, "embedding_table").Max(MathF.Abs).Should().BeInRange(1.6f, MathF.Sqrt(3));
        LayerFixture.Tensor(network, "positions").Max(MathF.Abs).Should().BeInRange(0.03f, 0.02f * MathF.Sqrt(3));
        LayerFixture.Tensor(network, "lstm_recurrent").Max(MathF.Abs).Should().BeInRange(0.24f, 0.25f, "1 / √16");
        LayerFixture.Tensor(network, "lstm_bias").Should().Equal([.. new float[32], .. Enumerable.Repeat(1f, 16), .. new float[16 + 64]], "ONNX's order is input, output, forget, cell; then the state's");
    }
}

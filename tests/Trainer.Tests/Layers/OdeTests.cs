using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

public class OdeTests
{
    [Theory]
    [InlineData("euler", 1)]
    [InlineData("midpoint", 2)]
    [InlineData("rk4", 4)]
    public void The_error_falls_with_the_order_of_the_method(string method, int order)
    {
        // dy/dt = −y: y(1) = y(0)/e.
        double Error(int steps)
        {
            var network = LayerFixture.With(
                LayerFixture.Build($$"""{ "type": "ode", "method": "{{method}}", "steps": {{steps}}, "layers": [ { "type": "dense", "units": 2, "activation": "none" } ] }""", 2),
                "dense_weight", -1, 0, 0, -1, 0, 0);
            var values = LayerFixture.Embedding(network, 1, -2);
            values[1].Should().BeApproximately(-2 * values[0], 1e-6f);
            return Math.Abs(values[0] - Math.Exp(-1));
        }

        Math.Log2(Error(1) / Error(2)).Should().BeApproximately(order, 0.75);
        Math.Log2(Error(2) / Error(4)).Should().BeApproximately(order, 0.4);
    }

    [Fact]
    public void Layers_read_the_time()
    {
        // dy/dt = t: y(1) = y(0) + ½, which the midpoint gives exactly.
        var network = LayerFixture.With(
            LayerFixture.Build("""{ "type": "ode", "method": "midpoint", "steps": 4, "layers": [ { "type": "dense", "units": 2, "activation": "none" } ] }""", 2),
            "dense_weight", 0, 0, 0, 0, 1, 1);

        LayerFixture.Embedding(network, 3, -1).Should().Equal(3.5f, -0.5f);
    }

    [Fact]
    public void More_steps_have_the_same_weights_and_change_what_comes_out_less_and_less()
    {
        float[] row = [.. Enumerable.Range(0, 32).Select(i => MathF.Sin(i))];
        (float[] Values, Network Network) With(int steps)
        {
            var network = LayerFixture.Build(
                $$"""
                { "type": "ode", "steps": {{steps}}, "method": "midpoint", "layers": [ { "type": "groupNorm", "groups": 1 }, { "type": "conv", "channels": 2, "activation": "silu" }, { "type": "channelDropout", "rate": 0.1 } ] },
                { "type": "flatten" }, { "type": "dense", "units": 5 }
                """,
                32,
                "[2, 4, 4]");
            return (LayerFixture.Embedding(network, row), network);
        }
        var runs = new[] { 1, 2, 4, 8 }.Select(With).ToList();

        foreach (var name in runs[0].Network.Parameters)
        {
            runs.Should().OnlyContain(run => LayerFixture.Tensor(run.Network, name).SequenceEqual(LayerFixture.Tensor(runs[0].Network, name)));
        }
        runs.Should().OnlyContain(run => run.Network.Dropouts.Count == 2, "one draw a row for all steps, and the last layer's");
        runs.Zip(runs.Skip(1), (a, b) => a.Values.Zip(b.Values, (x, y) => Math.Abs(x - y)).Max()).Should().BeInDescendingOrder().And.NotContain(0);
    }

    [Theory]
    [InlineData("""{ "type": "ode", "layers": [] }""", "*layers is empty*")]
    [InlineData("""{ "type": "ode", "steps": 0, "layers": [ { "type": "dense", "units": 4 } ] }""", "*steps is 0, expected 1 or more*")]
    [InlineData("""{ "type": "ode", "layers": [ { "type": "dense", "units": 4, "batchNorm": true } ] }""", "*the layer dense inside normalises over the batch*use groupNorm*")]
    [InlineData("""{ "type": "ode", "layers": [ { "type": "sequence" }, { "type": "attention", "heads": 1, "dropout": 0.1 } ] }""", "*the layer attention inside drops*")]
    [InlineData("""{ "type": "ode", "layers": [ { "type": "dense", "units": 5 } ] }""", "*its layers give a vector of 5 values, expected a vector of 4 values*")]
    [InlineData("""{ "type": "sequence", "steps": 2 }, { "type": "ode", "layers": [ { "type": "dense", "units": 2 } ] }""", "*it needs a vector or an image*")]
    public void What_does_not_fit_is_named(string layers, string message) =>
        FluentActions.Invoking(() => LayerFixture.Build(layers, 4)).Should().Throw<DataException>().WithMessage(message);
}

using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Transfer;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Transfer;

public class LastBlockTests
{
    [Fact]
    public void Of_a_plain_chain_it_is_the_last_layer() =>
        LastBlock.Weights(OpsetUpgrade.Of(GivenModels.Pictures(12).Model), "pooled").Should().Equal("layer2.weight");

    [Fact]
    public void Of_residual_blocks_it_is_the_last_with_its_skip_and_what_comes_after()
    {
        var g = new GraphBuilder("residual");
        var x = Dense(g, g.Input("x", DataType.Float, -1, 4), "stem");
        x = g.Op("Relu", [g.Op("Add", [Dense(g, g.Op("Relu", [Dense(g, x, "block1.0")]), "block1.1"), x])]);
        x = g.Op("Relu", [g.Op("Add", [Dense(g, g.Op("Relu", [Dense(g, x, "block2.0")]), "block2.1"), Dense(g, x, "block2.skip")])]);
        x = Dense(g, g.Op("Reshape", [x, g.Op("Shape", [x])]), "last");

        LastBlock.Weights(g.Model, x).Should().Equal("block2.0", "block2.1", "block2.skip", "last");
    }

    [Fact]
    public void Of_a_transformer_it_is_attention_and_the_layers_behind_it()
    {
        var g = new GraphBuilder("transformer");
        var bias = g.Op("Cast", [g.Input("mask", DataType.Int64, -1, 1, 4)], Attributes.Int("to", (long)DataType.Float));
        var x = Dense(g, g.Input("x", DataType.Float, -1, 4, 4), "stem");
        foreach (var block in (string[])["block1", "block2"])
        {
            var weights = g.Op("Softmax", [g.Op("Add", [g.Op("MatMul", [Dense(g, x, $"{block}.query"), g.Op("Transpose", [Dense(g, x, $"{block}.key")], Attributes.Ints("perm", 0, 2, 1))]), bias])], Attributes.Int("axis", -1));
            x = g.Op("Add", [x, g.Op("MatMul", [weights, Dense(g, x, $"{block}.value")])]);
            x = g.Op("Add", [x, Dense(g, g.Op("Relu", [Dense(g, x, $"{block}.wide")]), $"{block}.narrow")]);
        }
        x = g.Op("Mul", [x, g.Constant("norm", [1, 2, 3, 4], 4)]);

        LastBlock.Weights(g.Model, x).Should().Equal("block2.query", "block2.key", "block2.value", "block2.wide", "block2.narrow", "norm");
    }

    [Fact]
    public void Of_one_block_it_is_the_whole()
    {
        var g = new GraphBuilder("single");
        var x = g.Input("x", DataType.Float, -1, 4);
        var end = g.Op("Add", [Dense(g, x, "left"), Dense(g, x, "right")]);

        LastBlock.Weights(g.Model, end).Should().BeEquivalentTo(TrainableWeights.In(g.Model, [end]));
    }

    [Fact]
    public void It_is_frozen_or_unfrozen_not_both()
    {
        var spec = new TransferSpec(GivenModels.Pictures(12)) { Unfreeze = [LastBlock.Name] };

        spec.Invoking(s => s.Check()).Should().NotThrow();
        (spec with { Freeze = ["*"] }).Invoking(s => s.Check()).Should().Throw<UsageException>().WithMessage("--freeze * is given with --unfreeze last-block, expected one*");
        (spec with { Unfreeze = [LastBlock.Name, "layer1*"] }).Invoking(s => s.Check()).Should().Throw<UsageException>().WithMessage("--unfreeze last-block layer1*, expected last-block alone*");
    }

    private static string Dense(GraphBuilder g, string value, string name) => g.Op("MatMul", [value, g.Constant(name, [.. Enumerable.Range(0, 16).Select(i => MathF.Sin(i))], 4, 4)]);
}

using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Tests.Networks;
using ParquetPool.Trainer.Torch;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Torch;

public class TrainableWeightsTests
{
    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public void Those_of_a_preset_are_the_parameters_that_it_was_built_with(string preset)
    {
        var network = NetworkFixture.Build(NetworkSpec.Load(preset), 4, 1, new VectorColumn("image", 64));

        TrainableWeights.In(network.Forward, ["logits"]).Should().BeEquivalentTo(network.Parameters);
    }

    [Theory]
    [InlineData("torch-transformer.onnx", 12)] // Of 15: the exporter made one of those that were equal.
    [InlineData("torch-gru.onnx", 6)]
    [InlineData("torch-fixed.onnx", 4)]
    public void Those_of_a_network_of_PyTorch_are_its_parameters(string file, int count)
    {
        var model = OpsetUpgrade.Of(ModelFile.Read(Path.Combine(AppContext.BaseDirectory, "TestData", file)).Model);

        TrainableWeights.In(model, ["logits"]).Should().HaveCount(count);
    }

    [Fact]
    public void A_weight_behind_a_view_of_it_counts_and_what_no_output_needs_does_not()
    {
        var g = new GraphBuilder("case");
        var x = g.Input("x", DataType.Float, -1, 3);
        var y = g.Op("MatMul", [x, g.Op("Transpose", [g.Constant("turned", new float[6], 2, 3)])]);
        g.Op("MatMul", [y, g.Constant("unused", new float[4], 2, 2)]);

        TrainableWeights.In(g.Model, [y]).Should().Equal("turned");
    }

    [Fact]
    public void Patterns_name_weights_and_one_that_names_nothing_is_refused()
    {
        string[] weights = ["layer1.0.weight", "layer1.1.weight", "layer2.0.weight", "head"];

        TrainableWeights.Named(weights, ["layer1*", "*2.0*"], "--freeze").Should().Equal(weights[..3]);
        TrainableWeights.Named(weights, [], "--freeze").Should().BeEmpty();
        var freeze = () => TrainableWeights.Named(weights, ["layer3*"], "--freeze");
        freeze.Should().Throw<UsageException>().WithMessage("--freeze 'layer3*'*4 weights*");
    }
}

using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Differentiation;

public class TrainingGraphTests
{
    private static readonly Dictionary<string, long[]> Rows = new() { ["x"] = [-1, 3] };

    [Fact]
    public void An_operator_without_a_rule_is_named_with_its_node()
    {
        var g = Graph(out var x);
        var node = g.Node("CumSum", [g.Op("MatMul", [x, Weight(g)]), g.Constant(Tensors.Int64("axis", [1]))], 1);
        var differentiate = () => TrainingGraph.Differentiate(g.Model, g.SumAll(node.Output[0]), ["w"], Rows);
        differentiate.Should().Throw<DataException>().WithMessage($"cannot differentiate CumSum (node '{node.Name}')*");
    }

    [Fact]
    public void An_operator_without_a_rule_may_stand_before_the_parameters()
    {
        var g = Graph(out var x);
        var y = g.Op("MatMul", [g.Op("CumSum", [x, g.Constant(Tensors.Int64("axis", [1]))]), Weight(g)]);
        TrainingGraph.Differentiate(g.Model, g.SumAll(y), ["w"], Rows).Gradients.Should().ContainKey("w");
    }

    [Fact]
    public void A_parameter_behind_a_stopped_gradient_does_not_reach_the_loss()
    {
        var g = Graph(out var x);
        var y = StopGradient.Of(g, g.Op("MatMul", [x, Weight(g)]));
        var head = g.Constant("head", [1, 2], 2, 1);
        var loss = g.SumAll(g.Op("MatMul", [y, head]));
        TrainingGraph.Differentiate(g.Model, loss, [head], Rows).Parameters.Should().Equal(head);
        var both = () => TrainingGraph.Differentiate(g.Model, loss, ["w", head], Rows);
        both.Should().Throw<DataException>().WithMessage("the loss does not depend on the parameter 'w'*");
    }

    [Fact]
    public void A_loss_that_is_no_scalar_is_refused()
    {
        var g = Graph(out var x);
        var y = g.Op("MatMul", [x, Weight(g)]);
        var differentiate = () => TrainingGraph.Differentiate(g.Model, y, ["w"], Rows);
        differentiate.Should().Throw<DataException>().WithMessage("*has shape [-1, 2], expected a scalar*");
    }

    [Fact]
    public void A_parameter_must_be_an_initializer()
    {
        var g = Graph(out var x);
        var loss = g.SumAll(g.Op("MatMul", [x, Weight(g)]));
        var differentiate = () => TrainingGraph.Differentiate(g.Model, loss, ["x"], Rows);
        differentiate.Should().Throw<DataException>().WithMessage("the parameter 'x' is no float initializer*");
    }

    [Fact]
    public void Dropout_becomes_an_input_in_the_shape_of_what_it_reads()
    {
        var g = Graph(out var x);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("limit", [-1]))]);
        var y = g.Op("Dropout", [g.Op("MatMul", [x, Weight(g)]), g.Scalar(0.25f), active]);
        g.Output(y, "y", DataType.Float, -1, 2);
        var graph = TrainingGraph.Differentiate(g.Model, g.SumAll("y"), ["w"], Rows);
        graph.Masks.Should().ContainSingle().Which.Should().BeEquivalentTo(new DropoutMask($"{y}_mask", 0.25f, [-1, 2]));
        graph.Model.Graph.Node.Should().NotContain(n => n.OpType == "Dropout" || n.OpType == "Greater");
        graph.Evaluation.Graph.Input.Select(i => i.Name).Should().Equal("x", "w");
    }

    [Fact]
    public void Tied_maxima_of_a_pool_share_the_gradient()
    {
        var g = new GraphBuilder("pool");
        var image = g.Constant("image", [1, 1, 1, 1], 1, 1, 2, 2);
        var y = g.Op("MaxPool", [image], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
        var graph = TrainingGraph.Differentiate(g.Model, g.SumAll(y), [image], new Dictionary<string, long[]>());
        using var session = new TrainingSession(graph, new Sgd(), 1, seed: 1, threads: 1);
        session.Step(1, 0);
        session.Result("image_gradient", 1).ToArray().Should().Equal(0.25f, 0.25f, 0.25f, 0.25f);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var g = Graph(out var x);
        var loss = g.SumAll(g.Op("Relu", [g.Op("MatMul", [x, Weight(g)])]));
        byte[] Bytes() => ModelFile.ToBytes(TrainingGraph.Differentiate(g.Model, loss, ["w"], Rows).Model);
        Bytes().Should().Equal(Bytes());
    }

    private static GraphBuilder Graph(out string x)
    {
        var g = new GraphBuilder("model");
        x = g.Input("x", DataType.Float, -1, 3);
        return g;
    }

    private static string Weight(GraphBuilder g) => g.Constant("w", [1, -2, 3, -4, 5, -6], 3, 2);
}

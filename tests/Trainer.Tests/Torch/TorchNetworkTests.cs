using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Torch;

public class TorchNetworkTests
{
    private const int Rows = 5;

    [Fact]
    public void Values_of_another_size_are_not_put_back()
    {
        var g = new GraphBuilder("case");
        g.Op("Mul", [g.Input("x", DataType.Float, -1, 4), g.Constant("w", [1, 2, 3, 4], 4)]);
        using var network = new TorchNetwork(g.Model, ["w"]);

        FluentActions.Invoking(() => network.Restore(new Dictionary<string, float[]> { ["w"] = [1, 2, 3] })).Should().Throw<DataException>().WithMessage("*3 numbers for a tensor of 4*");
    }

    [Fact]
    public void Dropout_masks_are_those_of_the_mask_source()
    {
        var g = new GraphBuilder("case");
        var x = g.Input("x", DataType.Float, -1, 4);
        var first = Dropout(g, x, 0.5f, x);
        var second = Dropout(g, g.Op("Relu", [first]), 0.25f, x);
        using var network = new TorchNetwork(g.Model, []);
        using var scope = torch.NewDisposeScope();

        var values = network.Forward(Ones(Rows, 4), [first, second], new Pass(Training: true, Seed: 9, Step: 3));

        var (one, other) = (new float[Rows * 4], new float[Rows * 4]);
        MaskSource.Fill(9, 3, 0, 0.5f, one);
        MaskSource.Fill(9, 3, 1, 0.25f, other);
        TensorConversion.ToArray<float>(values[0]).Should().Equal(one);
        TensorConversion.ToArray<float>(values[1]).Should().Equal(one.Zip(other, (a, b) => a * b));
    }

    [Fact]
    public void A_value_that_is_asked_for_twice_is_freed_with_the_scope()
    {
        var g = new GraphBuilder("case");
        var y = g.Op("Relu", [g.Input("x", DataType.Float, -1, 4)]);
        using var network = new TorchNetwork(g.Model, []);
        using var outer = torch.NewDisposeScope();
        Tensor[] values;
        using (torch.NewDisposeScope())
        {
            values = network.Forward(Ones(Rows, 4), [y, y], new Pass(Training: false));
        }

        values.Should().OnlyContain(value => value.IsInvalid);
    }

    [Fact]
    public void Nothing_is_dropped_in_prediction_nor_where_the_mode_is_off()
    {
        var g = new GraphBuilder("case");
        var x = g.Input("x", DataType.Float, -1, 4);
        var active = Dropout(g, x, 0.5f, x);
        var off = g.Op("Dropout", [x, g.Scalar(0.5f)]);
        using var network = new TorchNetwork(g.Model, []);
        using var scope = torch.NewDisposeScope();

        TensorConversion.ToArray<float>(network.Forward(Ones(Rows, 4), [active], new Pass(Training: false))[0]).Should().OnlyContain(v => v == 1);
        TensorConversion.ToArray<float>(network.Forward(Ones(Rows, 4), [off], new Pass(Training: true))[0]).Should().OnlyContain(v => v == 1);
    }

    [Fact]
    public void Running_statistics_follow_the_batches_by_the_momentum_of_ONNX_and_the_population_variance()
    {
        var (model, y) = BatchNorm();
        using var network = new TorchNetwork(model, ["scale", "shift"]);
        using var scope = torch.NewDisposeScope();
        float[][] columns = [[1, 2, 4, 4, 9], [-1, 0, 0, 0, 1]];
        var x = TensorConversion.ToTensor([.. Enumerable.Range(0, Rows).SelectMany(r => columns.Select(c => c[r]))], Rows, 2);
        var (mean, variance) = (new double[] { 0, 0 }, new double[] { 1, 1 });
        for (var step = 0; step < 2; step++)
        {
            network.Forward(new Dictionary<string, Tensor> { ["x"] = x }, [y], new Pass(Training: true));
            for (var c = 0; c < 2; c++)
            {
                var average = columns[c].Average();
                mean[c] = (0.8 * mean[c]) + (0.2 * average);
                variance[c] = (0.8 * variance[c]) + (0.2 * columns[c].Average(v => (v - average) * (v - average)));
            }
        }

        network.Statistics.Keys.Should().Equal("mean", "variance");
        network.State()["mean"].Should().Equal(mean, (a, e) => Math.Abs(a - e) < 1e-5);
        network.State()["variance"].Should().Equal(variance, (a, e) => Math.Abs(a - e) < 1e-5);
        network.Forward(new Dictionary<string, Tensor> { ["x"] = x }, [y], new Pass(Training: false));
        network.State()["mean"].Should().Equal(mean, (a, e) => Math.Abs(a - e) < 1e-5, "prediction changes nothing");
    }

    [Fact]
    public void A_frozen_batch_normalisation_predicts_and_keeps_all_it_has()
    {
        var (model, y) = BatchNorm();
        using var network = new TorchNetwork(model, ["scale", "shift"], freezeBatchNorm: true);
        using var scope = torch.NewDisposeScope();

        network.Parameters.Should().BeEmpty();
        network.Statistics.Should().BeEmpty();
        var values = network.Forward(new Dictionary<string, Tensor> { ["x"] = torch.full([3, 2], Scalars.Of(2f)) }, [y], new Pass(Training: true));
        TensorConversion.ToArray<float>(values[0]).Should().OnlyContain(v => Math.Abs(v - 2) < 1e-4, "mean 0 and variance 1 change next to nothing");
    }

    [Fact]
    public void A_row_alone_is_normalised_without_a_variance()
    {
        var (model, y) = BatchNorm();
        using var network = new TorchNetwork(model, ["scale"]);
        using var scope = torch.NewDisposeScope();

        network.Forward(new Dictionary<string, Tensor> { ["x"] = torch.full([1, 2], Scalars.Of(2f)) }, [y], new Pass(Training: true));

        network.State()["variance"].Should().OnlyContain(v => Math.Abs(v - 0.8) < 1e-6);
    }

    [Fact]
    public void An_operator_that_is_not_known_is_named_with_its_node_where_it_is_needed()
    {
        var g = new GraphBuilder("case");
        var before = g.Op("Relu", [g.Input("x", DataType.Float, -1, 4)]);
        g.Node(new NodeProto { OpType = "Loop", Input = { before }, Output = { "round_and_round" } });
        using var network = new TorchNetwork(g.Model, []);
        using var scope = torch.NewDisposeScope();

        network.Forward(Ones(Rows, 4), [before], new Pass(Training: false)).Should().ContainSingle();
        var run = () => network.Forward(Ones(Rows, 4), ["round_and_round"], new Pass(Training: false));
        run.Should().Throw<DataException>().WithMessage("*Loop*'round_and_round'*");
    }

    [Fact]
    public void A_node_that_fails_is_named_with_what_it_got()
    {
        var g = new GraphBuilder("case");
        var y = g.Op("Gather", [g.Constant("table", new float[6], 3, 2), g.Input("ids", DataType.Int64, -1)]);
        var z = g.Op("MatMul", [y, g.Constant("weight", new float[3], 3, 1)]);
        using var network = new TorchNetwork(g.Model, []);
        using var scope = torch.NewDisposeScope();

        var outside = () => network.Forward(Ids(1, 3), [y], new Pass(Training: false));
        outside.Should().Throw<DataException>().WithMessage("*Gather*index 3, expected -3 to 2*");
        var unfit = () => network.Forward(Ids(1, 2), [z], new Pass(Training: false));
        unfit.Should().Throw<DataException>().WithMessage("*MatMul*Float32[2, 2], Float32[3, 1]*");
        var missing = () => network.Forward(new Dictionary<string, Tensor>(), [y], new Pass(Training: false));
        missing.Should().Throw<DataException>().WithMessage("*'ids'*");
    }

    [Fact]
    public void A_value_that_is_given_is_not_computed_and_lets_no_gradient_pass()
    {
        var g = new GraphBuilder("case");
        var inner = g.Op("Mul", [g.Input("x", DataType.Float, -1, 4), g.Constant("weight", [3], 1)]);
        var outer = g.Op("Mul", [inner, g.Constant("factor", [2], 1)]);
        using var network = new TorchNetwork(g.Model, ["weight", "factor"]);
        using var scope = torch.NewDisposeScope();

        var value = network.Forward(new Dictionary<string, Tensor> { [inner] = torch.ones(1, 4) }, [outer], new Pass(Training: true))[0];
        value.sum().backward();

        TensorConversion.ToArray<float>(value).Should().OnlyContain(v => v == 2);
        (network.Parameters["weight"].grad is null).Should().BeTrue();
        TensorConversion.ToArray<float>(network.Parameters["factor"].grad!).Should().Equal(4);
    }

    private static string Dropout(GraphBuilder g, string value, float ratio, string input) =>
        g.Op("Dropout", [value, g.Scalar(ratio), g.Op("Greater", [g.Op("Size", [input]), g.Constant(Tensors.Int64("never", [-1]))])]);

    private static (ModelProto Model, string Value) BatchNorm()
    {
        var g = new GraphBuilder("case");
        string[] inputs = [g.Input("x", DataType.Float, -1, 2), g.Constant("scale", [1, 1], 2), g.Constant("shift", [0, 0], 2), g.Constant("mean", [0, 0], 2), g.Constant("variance", [1, 1], 2)];
        var value = g.Op("BatchNormalization", inputs, Attributes.Float("momentum", 0.8f));
        return (g.Model, value);
    }

    private static Dictionary<string, Tensor> Ones(params long[] dims) => new() { ["x"] = torch.ones(dims) };

    private static Dictionary<string, Tensor> Ids(params long[] ids) => new() { ["ids"] = TensorConversion.ToTensor(ids, ids.Length) };
}

using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Differentiation;

public class GradientGateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_gate_keeps_the_value_and_says_whether_the_gradient_passes(float gate)
    {
        var g = new GraphBuilder("model");
        var x = g.Input("x", DataType.Float, -1, 2);
        var trunk = g.Op("MatMul", [x, g.Constant("w", [1, 2, 3, 4], 2, 2)]);
        var tap = g.Op("Identity", [trunk]);
        var loss = g.SumAll(g.Op("MatMul", [tap, g.Constant("head", [5, -6], 2, 1)]));
        GradientGate.Into(g, [tap], g.Input("gate", DataType.Float, 1));
        var graph = TrainingGraph.Differentiate(g.Model, loss, ["w", "head"], new Dictionary<string, long[]> { ["x"] = [-1, 2], ["gate"] = [1] });
        using var session = new TrainingSession(graph, new Sgd(0), 1, seed: 1, threads: 1);
        new float[] { 1, -1 }.CopyTo(session.Input("x"));
        session.Input("gate")[0] = gate;

        session.Step(1, 0).Should().Be((5 * (1 - 3)) - (6 * (2 - 4)));
        session.Result("head_gradient", 1).ToArray().Should().Equal(-2, -2);
        session.Result("w_gradient", 1).ToArray().Should().Equal(gate * 5, gate * -6, gate * -5, gate * 6);
    }
}

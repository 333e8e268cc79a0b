using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pretraining;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>Mirrors of networks, run in ONNX Runtime.</summary>
public class DecoderTests
{
    [Fact]
    public void APresetsMirrorLeadsBackThroughItsShapes()
    {
        var (graph, back) = Mirrored(Cnn(), [1, 12, 12]);

        Shape(graph, back, 32, 144).Should().Equal(2, 144);
        graph.Model.Graph.Node.Where(n => n.OpType is "Gemm" or "Resize" or "Conv").Select(n => n.OpType).Should().Equal("Gemm", "Resize", "Conv", "Resize", "Conv");
        graph.Model.Graph.Node.Where(n => n.OpType == "Relu").Should().HaveCount(2, "what is to be as the features has no activation");
    }

    [Fact]
    public void PoolsThatLeaveARestStridesAndMeansOfChannelsAreUndone()
    {
        var spec = new NetworkSpec(
            [new Conv(4, Kernel: 5, Stride: 2), new Pool(2), new Residual([new Conv(4), new Conv(6)], [new Conv(6, Kernel: 1)]), new GroupNorm(2), new GlobalAveragePool(), new Dense(3)], Image: [2, 11, 13]);

        var (graph, back) = Mirrored(spec, [2, 11, 13]);

        Shape(graph, back, 3, 286).Should().Equal(2, 286);
        graph.Model.Graph.Node.Count(n => n.OpType == "Resize").Should().Be(3);
    }

    [Fact]
    public void ASequenceHasNoMirror() =>
        FluentActions.Invoking(() => Mirrored(new NetworkSpec([new ToSequence(4), new PoolSequence(), new Dense(3)]), [8]))
            .Should().Throw<UsageException>().WithMessage("an autoencoder is for pictures and vectors, the network's layer 1 works on a sequence: *--method random-labels");

    private static NetworkSpec Cnn() => NetworkSpec.Load("cnn").WithDropout(0) with
    {
        Layers = [.. NetworkSpec.Load("cnn").WithDropout(0).Layers.Select(layer => layer is Dense dense ? dense with { Units = 32 } : layer)],
    };

    private static (GraphBuilder Graph, string Back) Mirrored(NetworkSpec spec, int[] first)
    {
        var trace = LayerTrace.Of(spec, first);
        var graph = new GraphBuilder("mirror");
        var layers = new LayerWriter(graph, new Initialiser(1), trainingMode: "");
        layers.Start(graph.Input("code", DataType.Float, -1, trace[^1].After.Width), trace[^1].After.Width);
        return (graph, Decoder.Write(layers, trace));
    }

    private static long[] Shape(GraphBuilder graph, string back, int units, int features)
    {
        graph.Output(back, "back", DataType.Float, -1, features);
        using var session = new ModelSession(graph.Model);
        using var input = TensorBuffer.Floats(2, units);
        return [.. session.Run(new Dictionary<string, TensorBuffer> { ["code"] = input })["back"].Dims];
    }
}

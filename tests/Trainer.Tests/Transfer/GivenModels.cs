using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Transfer;

/// <summary>Models as other tools export them: without dropout, with names of their own.</summary>
internal static class GivenModels
{
    public static ModelPackage Package(ModelProto model) => new("given.onnx", model, Sha256: new string('0', 64), Manifest: null);

    /// <summary>A classifier of vectors of <paramref name="width"/> numbers: a mean is taken off, two dense layers, softmax over 7 classes.</summary>
    public static ModelPackage Vectors(int width, string input = "data")
    {
        var g = new GraphBuilder("given");
        var x = g.Op("Sub", [g.Input(input, DataType.Float, -1, width), Numbers(g, "mean", width)]);
        var hidden = g.Op("Relu", [g.Op("Gemm", [x, Numbers(g, "body.weight", width, 12), Numbers(g, "body.bias", 12)])]);
        var scores = g.Op("Gemm", [hidden, Numbers(g, "fc.weight", 12, 7), Numbers(g, "fc.bias", 7)]);
        g.Output(g.Op("Softmax", [scores], Attributes.Int("axis", -1)), "scores", DataType.Float, -1, 7);
        return Package(g.Model);
    }

    /// <summary>A body of two convolutions with batch normalisation on colour pictures of a fixed size, as operator set 9 has it, for one row; [1, 6, 1, 1] out.</summary>
    public static ModelPackage Pictures(int side)
    {
        var g = new GraphBuilder("given", opset: 9);
        var x = g.Input("image", DataType.Float, 1, 3, side, side);
        x = g.Op("Conv", [x, Numbers(g, "layer1.weight", 8, 3, 3, 3)], Attributes.Ints("pads", 1, 1, 1, 1), Attributes.Ints("strides", 2, 2));
        x = g.Op("BatchNormalization", [x, Ones(g, "bn.scale", 8), Numbers(g, "bn.shift", 8), Numbers(g, "bn.mean", 8), Ones(g, "bn.variance", 8)], Attributes.Float("momentum", 0.988f));
        x = g.Op("Conv", [g.Op("Relu", [x]), Numbers(g, "layer2.weight", 6, 8, 3, 3)]);
        g.Output(g.Op("GlobalAveragePool", [x]), "pooled", DataType.Float, 1, 6, 1, 1);
        return Package(g.Model);
    }

    /// <summary>Tokens and their mask to a vector for each place.</summary>
    public static ModelPackage Tokens(int words, int places)
    {
        var g = new GraphBuilder("given");
        var ids = g.Input("input_ids", DataType.Int64, -1, places);
        var mask = g.Op("Cast", [g.Input("attention_mask", DataType.Int64, -1, places)], Attributes.Int("to", (long)DataType.Float));
        var vectors = g.Op("Mul", [g.Op("Gather", [Numbers(g, "words", words, 5), ids]), g.Op("Unsqueeze", [mask, g.Ints(-1)])]);
        g.Output(vectors, "last_hidden_state", DataType.Float, -1, places, 5);
        return Package(g.Model);
    }

    private static string Numbers(GraphBuilder g, string name, params long[] dims) =>
        g.Constant(name, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, d) => a * d)).Select(i => MathF.Sin((i * 1.37f) + name.Length) / 2)], dims);

    private static string Ones(GraphBuilder g, string name, int count) => g.Constant(name, [.. Enumerable.Repeat(1f, count)], count);
}

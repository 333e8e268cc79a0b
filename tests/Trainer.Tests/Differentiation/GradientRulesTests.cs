using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Differentiation;

namespace ParquetPool.Trainer.Tests.Differentiation;

public class GradientRulesTests
{
    private static readonly AttributeProto Kernel3 = Attributes.Ints("kernel_shape", 3, 3);
    private static readonly AttributeProto Kernel2 = Attributes.Ints("kernel_shape", 2, 2);
    private static readonly AttributeProto Stride2 = Attributes.Ints("strides", 2, 2);
    private static readonly AttributeProto Pad1 = Attributes.Ints("pads", 1, 1, 1, 1);

    private static readonly GradientCase[] Cases =
    [
        new("Add", Op("Add"), [2, 3], [3]),
        new("Add, both broadcast", Op("Add"), [2, 1, 3], [4, 1]),
        new("Sub", Op("Sub"), [3], [2, 3]),
        new("Mul", Op("Mul"), [2, 3], [2, 1]),
        new("Mul by itself", (g, p) => g.Op("Mul", [p[0], p[0]]), [2, 3]),
        new("Mul by a scalar parameter", Op("Mul"), [2, 3], []),
        new("Div", Op("Div"), [2, 3], [3]) { Centre = 2 },
        new("Max", Op("Max"), [2, 3], [3]),
        new("Min of three", Op("Min"), [2, 3], [2, 3], [1, 3]),
        new("Where", (g, p) => g.Op("Where", [g.Op("Greater", [p[0], g.Scalar(0)]), p[0], p[1]]), [2, 3], [3]),
        new("Pow 2", (g, p) => g.Op("Pow", [p[0], g.Scalar(2)]), [2, 3]),
        new("Pow -0.5", (g, p) => g.Op("Pow", [p[0], g.Scalar(-0.5f)]), [2, 3]) { Centre = 2 },
        new("Clip", (g, p) => g.Op("Clip", [p[0], g.Scalar(-0.5f), g.Scalar(0.5f)]), [3, 4]),
        new("Neg", Op("Neg"), [3]),
        new("Abs", Op("Abs"), [4]),
        new("Exp", Op("Exp"), [3]),
        new("Log", Op("Log"), [3]) { Centre = 2 },
        new("Sqrt", Op("Sqrt"), [3]) { Centre = 2 },
        new("Reciprocal", Op("Reciprocal"), [3]) { Centre = 2 },
        new("Relu", Op("Relu"), [2, 4]),
        new("LeakyRelu", Op("LeakyRelu", Attributes.Float("alpha", 0.2f)), [2, 4]),
        new("Tanh", Op("Tanh"), [2, 4]),
        new("Sigmoid", Op("Sigmoid"), [2, 4]),
        new("Softplus", Op("Softplus"), [2, 4]),
        new("Erf", Op("Erf"), [2, 4]),
        new("Gelu", Op("Gelu"), [2, 4]),
        new("Gelu by tanh", Op("Gelu", Attributes.Text("approximate", "tanh")), [2, 4]),
        new("Softmax", Op("Softmax"), [2, 4]),
        new("Softmax of the first axis", Op("Softmax", Attributes.Int("axis", 0)), [2, 4]),
        new("LogSoftmax", Op("LogSoftmax"), [2, 4]),
        new("MatMul", Op("MatMul"), [2, 3], [3, 4]),
        new("MatMul of a batch by a matrix", Op("MatMul"), [2, 2, 3], [3, 4]),
        new("MatMul of batches", Op("MatMul"), [2, 2, 3], [2, 3, 2]),
        new("MatMul, batches broadcast", Op("MatMul"), [2, 1, 2, 3], [2, 3, 2]),
        new("MatMul by a vector", Op("MatMul"), [2, 3], [3]),
        new("MatMul of a vector", Op("MatMul"), [3], [2, 3, 2]),
        new("MatMul of vectors", Op("MatMul"), [3], [3]),
        new("MatMul on the batch", (g, p) => g.Op("MatMul", [p[1], p[0]]), [3, 4]) { Batch = [-1, 2, 3] },
        new("MatMul of rows by rows", (g, p) => { var h = g.Op("MatMul", [p[1], p[0]]); return g.Op("MatMul", [h, g.Op("Transpose", [h])]); }, [3, 2]) { Batch = [-1, 3] },
        new("rows of length 1", (g, p) => Losses.Normalise(g, g.Op("Mul", p)), [4]) { Batch = [-1, 4] },
        new("NT-Xent", (g, p) => Losses.NormalisedCrossEntropy(g, Losses.Normalise(g, p[0]), g.Constant("pairs", [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0], 4, 4), 0.5f), [4, 3]),
        new("cross-entropy of the rows that are there", (g, p) => Losses.PresentCrossEntropy(g, p[0], Targets(g), g.Constant("w", [1, 0.5f, 3], 3), g.Constant("there", [1, 0, 1], 3, 1)).Loss, [3, 4]),
        new("cross-entropy of no rows", (g, p) => Losses.PresentCrossEntropy(g, p[0], Targets(g), g.Constant("w", [1, 0.5f, 3], 3), g.Constant("there", [0, 0, 0], 3, 1)).Loss, [3, 4]),
        new("losses weighed by their uncertainty", (g, p) => Losses.WeightedByUncertainty(g, [(g.SumAll(g.Mul(p[0], p[0])), null), (g.SumAll(g.Op("Exp", [p[1]])), g.Scalar(0)), (g.SumAll(g.Op("Exp", [p[2]])), g.Scalar(1))], p[3]), [2], [2], [2], [3]),
        new("cross-entropies", (g, p) => Losses.CrossEntropies(g, p[0], Targets(g)), [3, 4]),
        new("ranking of pairs", (g, p) => Losses.PairRanking(g, p[0], g.Constant("losses", [0.3f, 2, 0.3f, 1.2f], 4), 1), [4, 1]),
        new("Gemm", Op("Gemm"), [2, 3], [3, 4], [4]),
        new("Gemm, A turned", Op("Gemm", Attributes.Int("transA", 1), Attributes.Float("alpha", 0.5f)), [3, 2], [3, 4], [2, 4]),
        new("Gemm, B turned", Op("Gemm", Attributes.Int("transB", 1), Attributes.Float("beta", 2)), [2, 3], [4, 3], [1, 4]),
        new("Gemm, both turned", Op("Gemm", Attributes.Int("transA", 1), Attributes.Int("transB", 1)), [3, 2], [4, 3]),
        new("Conv", Op("Conv"), [2, 2, 5, 5], [3, 2, 3, 3], [3]),
        new("Conv, padded", Op("Conv", Pad1), [2, 2, 4, 5], [3, 2, 3, 3], [3]),
        new("Conv, strided", Op("Conv", Pad1, Stride2), [2, 2, 6, 5], [3, 2, 3, 3]),
        new("Conv, dilated", Op("Conv", Attributes.Ints("dilations", 2, 2)), [1, 2, 6, 7], [2, 2, 2, 3]),
        new("Conv, grouped", Op("Conv", Attributes.Int("group", 2), Pad1), [2, 4, 4, 4], [6, 2, 3, 3]),
        new("Conv, depthwise and strided", Op("Conv", Attributes.Int("group", 3), Pad1, Stride2), [2, 3, 5, 5], [3, 1, 3, 3]),
        new("Conv, uneven pads", Op("Conv", Attributes.Ints("pads", 0, 1, 2, 0), Attributes.Ints("strides", 1, 2)), [1, 2, 4, 6], [2, 2, 2, 3]),
        new("Conv, same size", Op("Conv", Attributes.Text("auto_pad", "SAME_UPPER"), Stride2), [1, 2, 5, 6], [2, 2, 2, 3]),
        new("Conv, same size from below", Op("Conv", Attributes.Text("auto_pad", "SAME_LOWER")), [1, 2, 4, 4], [2, 2, 2, 2]),
        new("Conv of one axis", Op("Conv", Attributes.Ints("pads", 1, 1)), [2, 2, 6], [3, 2, 3], [3]),
        new("Conv on the batch", (g, p) => g.Op("Conv", [g.Op("Conv", [p[2], p[0]], Pad1), p[1]]), [2, 1, 3, 3], [2, 2, 3, 3]) { Batch = [-1, 1, 5, 5] },
        new("MaxPool", Op("MaxPool", Kernel2, Stride2), [2, 2, 4, 4]),
        new("MaxPool of rows of three", Op("MaxPool", Attributes.Ints("kernel_shape", 3), Attributes.Ints("strides", 3)), [2, 2, 6]) { Opset = 17 },
        new("MaxPool, rows left over", Op("MaxPool", Kernel2, Stride2), [1, 2, 5, 5]),
        new("MaxPool, overlapping", Op("MaxPool", Kernel3, Stride2, Pad1), [2, 1, 5, 5]),
        new("AveragePool", Op("AveragePool", Kernel2, Stride2), [2, 2, 4, 4]),
        new("AveragePool, rows left over", Op("AveragePool", Kernel2, Stride2), [2, 2, 5, 4]),
        new("AveragePool, padded", Op("AveragePool", Kernel3, Stride2, Pad1), [1, 2, 5, 6]),
        new("AveragePool, padding counted", Op("AveragePool", Kernel3, Pad1, Attributes.Int("count_include_pad", 1)), [1, 2, 4, 4]),
        new("AveragePool, hanging over", Op("AveragePool", Kernel2, Stride2, Attributes.Int("ceil_mode", 1)), [1, 2, 5, 5]),
        new("GlobalAveragePool", Op("GlobalAveragePool"), [2, 3, 2, 4]),
        new("BatchNormalization of rows", BatchNorm, [6, 3], [3], [3]),
        new("BatchNormalization of images", BatchNorm, [3, 2, 3, 3], [2], [2]),
        new("BatchNormalization, operator set 17", BatchNorm, [3, 2, 3, 3], [2], [2]) { Opset = 17 },
        new("BatchNormalization, frozen", (g, p) => BatchNorm(g, [p[0], g.Constant("s", [1, 2], 2), g.Constant("b", [1, 2], 2)]), [3, 2, 3, 3]) { FreezeBatchNorm = true },
        new("LayerNormalization", Op("LayerNormalization"), [3, 6], [6], [6]),
        new("LayerNormalization of two axes", Op("LayerNormalization", Attributes.Int("axis", 1)), [2, 3, 4], [3, 4]),
        new("ReduceSum", (g, p) => g.Op("ReduceSum", [p[0], g.Ints(1)], Attributes.Int("keepdims", 0)), [2, 3, 2]),
        new("ReduceSum of all", Op("ReduceSum"), [2, 3]),
        new("ReduceMean", (g, p) => g.Op("ReduceMean", [p[0], g.Ints(-1)]), [2, 3, 2]),
        new("ReduceMean, axes as attribute", Op("ReduceMean", Attributes.Ints("axes", 0, 2), Attributes.Int("keepdims", 0)), [2, 3, 2]) { Opset = 17 },
        new("ReduceMean over the batch", (g, p) => g.Op("ReduceMean", [g.Op("Mul", p), g.Ints(0)]), [4]) { Batch = [-1, 4] },
        new("ReduceMax", (g, p) => g.Op("ReduceMax", [p[0], g.Ints(1)], Attributes.Int("keepdims", 0)), [2, 5]),
        new("ReduceMin", (g, p) => g.Op("ReduceMin", [p[0], g.Ints(0)]), [5, 2]),
        new("Concat", Op("Concat", Attributes.Int("axis", -1)), [2, 3], [2, 1]),
        new("Concat of batches", (g, p) => g.Op("Concat", [g.Op("Mul", [p[0], p[1]]), g.Op("Add", [p[0], p[1]])], Attributes.Int("axis", 0)), [4]) { Batch = [-1, 4] },
        new("Split", (g, p) => { var s = g.Node("Split", [p[0], g.Ints(2, 1, 2)], 3, Attributes.Int("axis", 1)); return g.Op("MatMul", [s.Output[0], s.Output[2]]); }, [2, 5]),
        new("Slice", (g, p) => g.Op("Slice", [p[0], g.Ints(1, 0), g.Ints(-1, 2), g.Ints(1, 0)]), [3, 5]),
        new("Slice, reversed", (g, p) => g.Op("Slice", [p[0], g.Ints(-2), g.Ints(0), g.Ints(1), g.Ints(-1)]), [2, 5]),
        new("Gather of rows", (g, p) => g.Op("Gather", [p[0], g.Constant(Tensors.Int64("i", [2, 0, 2, -1], 2, 2))]), [4, 3]),
        new("Gather of columns", (g, p) => g.Op("Gather", [p[0], g.Ints(2, 0, 2)], Attributes.Int("axis", 1)), [2, 4, 3]),
        new("Gather of one", (g, p) => g.Op("Gather", [p[0], g.Constant(Tensors.Int64("i", [-1]))], Attributes.Int("axis", 1)), [2, 4, 3]),
        new("Reshape", (g, p) => g.Op("Reshape", [p[0], g.Ints(3, 4)]), [2, 6]),
        new("Reshape of the batch", (g, p) => g.Op("Reshape", [g.Op("Mul", p), g.Ints(-1, 2)]), [6]) { Batch = [-1, 6] },
        new("Flatten", Op("Flatten"), [2, 3, 2]),
        new("Transpose", Op("Transpose", Attributes.Ints("perm", 2, 0, 1)), [2, 3, 4]),
        new("Transpose without an order", Op("Transpose"), [2, 3, 4]),
        new("Squeeze", (g, p) => g.Op("Squeeze", [p[0], g.Ints(1)]), [2, 1, 3]),
        new("Unsqueeze", (g, p) => g.Op("Unsqueeze", [p[0], g.Ints(0)]), [2, 3]),
        new("Expand", (g, p) => g.Op("Expand", [p[0], g.Ints(2, 3, 4)]), [3, 1]),
        new("Identity", Op("Identity"), [3]),
        new("Dropout", (g, p) => g.Op("Dropout", [g.Op("Mul", p), g.Scalar(0.5f), Active(g, p[1])]), [4]) { Batch = [-1, 4] },
        new("Dropout of several values a row", (g, p) => g.Op("Dropout", [g.Op("Reshape", [g.Op("Mul", p), g.Ints(-1, 2)]), g.Scalar(0.5f), Active(g, p[1])]), [6]) { Batch = [-1, 6] },
        new("Dropout that is off", (g, p) => g.Op("Dropout", [p[0], g.Scalar(0.5f)]), [4]),
        new("axes in a Constant node", (g, p) => g.Op("ReduceSum", [p[0], g.Op("Constant", [], Attributes.Ints("value_ints", 1))]), [2, 3]),
        new("two losses with learned weights", (g, p) => g.Op("Add", [g.Op("Mul", [g.Op("Exp", [g.Op("Neg", [p[1]])]), g.Op("ReduceSum", [g.Op("Abs", [p[0]])])]), p[1]]), [4], []),
        new("a placeholder for rows that lack a vector", (g, p) => g.Op("Where", [g.Op("IsNaN", [g.Constant("flag", [float.NaN, 0, float.NaN], 3, 1)]), p[0], p[1]]), [4], [3, 4]),
        new("a highway", (g, p) => { var t = g.Op("Sigmoid", [g.Op("MatMul", [p[2], p[0]])]); return g.Op("Add", [g.Op("Mul", [t, g.Op("Tanh", [g.Op("MatMul", [p[2], p[1]])])]), g.Op("Mul", [g.Op("Sub", [g.Scalar(1), t]), p[2]])]); }, [3, 3], [3, 3], [3, 3]),
        new("a recurrent block, unrolled", (g, p) => Enumerable.Range(0, 3).Aggregate(p[1], (h, _) => g.Op("Tanh", [g.Op("MatMul", [h, p[0]])])), [3, 3]) { Batch = [-1, 3] },
        new("a masked weight", (g, p) => g.Op("MatMul", [p[1], g.Op("Mul", [p[0], g.Constant("keep", [1, 0, 0, 1, 1, 0], 3, 2)])]), [3, 2]) { Batch = [-1, 3] },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_finite_differences(string name) => Cases.Single(c => c.Name == name).Check();

    private static Func<GraphBuilder, string[], string> Op(string type, params AttributeProto[] attributes) =>
        (g, p) => g.Op(type, p, [.. attributes.Select(a => a.Clone())]);

    private static string Targets(GraphBuilder g) => g.Constant("targets", [0, 1, 0, 0, 0.5f, 0, 0.5f, 0, 0, 0, 0, 1], 3, 4);

    private static string BatchNorm(GraphBuilder g, string[] p)
    {
        var channels = g.Model.Graph.Initializer.Single(t => t.Name == p[1]).Dims[0];
        var mean = g.Constant("mean", Enumerable.Repeat(0.1f, (int)channels).ToArray(), channels);
        var variance = g.Constant("variance", Enumerable.Repeat(0.7f, (int)channels).ToArray(), channels);
        return g.Op("BatchNormalization", [.. p, mean, variance]);
    }

    /// <summary>True, but computed, as in the models that ParquetPool writes.</summary>
    private static string Active(GraphBuilder g, string x) => g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("limit", [-1]))]);
}

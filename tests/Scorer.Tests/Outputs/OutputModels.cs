using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Outputs;

/// <summary>One classifier, and what exporters put behind its logits.</summary>
internal static class OutputModels
{
    public const int Classes = 5;

    /// <summary>Endings that hold the same probabilities as the logits.</summary>
    public static readonly Dictionary<string, Func<TestModels.Weights, string, string>> Endings = new()
    {
        ["softmax"] = (w, z) => w.Graph.Op("Softmax", [z], Axis(1)),
        ["softmax over the last axis"] = (w, z) => w.Graph.Op("Softmax", [z], Axis(-1)),
        ["log-softmax"] = (w, z) => w.Graph.Op("LogSoftmax", [z], Axis(1)),
        ["log of softmax"] = (w, z) => w.Graph.Op("Log", [w.Graph.Op("Softmax", [z], Axis(1))]),
        ["log of softmax and a little"] = (w, z) => w.Graph.Op("Log", [w.Graph.Op("Add", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Scalar(1e-7f)])]),
        ["softmax, clipped"] = (w, z) => w.Graph.Op("Clip", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Scalar(1e-7f), w.Graph.Scalar(1)]),
        ["softmax over axis 1 of a map, laid out again"] = (w, z) => w.Graph.Op(
            "Reshape", [w.Graph.Op("Softmax", [w.Graph.Op("Reshape", [z, w.Graph.Ints(-1, Classes, 1, 1)])], Axis(1)), w.Graph.Ints(-1, Classes)]),
        ["softmax, written out"] = (w, z) =>
        {
            var powers = w.Graph.Op("Exp", [w.Graph.Op("Sub", [z, w.Graph.Op("Gather", [z, w.Graph.Ints(0)], Axis(1))])]);
            return w.Graph.Op("Div", [powers, w.Graph.Op("ReduceSum", [powers, w.Graph.Ints(1)])]);
        },
        ["softmax of the transpose"] = (w, z) =>
            w.Graph.Op("Transpose", [w.Graph.Op("Softmax", [w.Graph.Op("Transpose", [z], Attributes.Ints("perm", 1, 0))], Axis(0))], Attributes.Ints("perm", 1, 0)),
        ["logits, cast"] = (w, z) => w.Graph.Op("Cast", [w.Graph.Op("Cast", [z], Attributes.Int("to", (long)DataType.Double))], Attributes.Int("to", (long)DataType.Float)),
        ["softmax, quantised"] = (w, z) => w.Quantised(w.Graph.Op("Softmax", [z], Axis(1))),
        ["softmax of logits by a temperature of one"] = (w, z) => w.Graph.Op("Softmax", [w.Graph.Op("Div", [z, w.Graph.Scalar(1)])], Axis(1)),
    };

    /// <summary>The classifier with outputs made of its hidden layer and its logits.</summary>
    public static ModelPackage Make(Action<TestModels.Weights, string, string> write, int opset = GraphBuilder.Opset) => TestModels.Open(
        (w, x, on) =>
        {
            var hidden = w.Dropout(w.Relu(w.Dense(x, 12, 24)), 0.3f, on);
            write(w, hidden, w.Dense(hidden, 24, Classes));
        },
        opset);

    /// <summary>The classifier that ends in one column.</summary>
    public static ModelPackage Binary(Action<TestModels.Weights, string> write) => TestModels.Open((w, x, on) => write(w, w.Dense(w.Dropout(w.Relu(w.Dense(x, 12, 24)), 0.3f, on), 24, 1)));

    public static void Scores(this TestModels.Weights w, string value, string name = "scores", int classes = Classes) => w.Graph.Output(value, name, DataType.Float, -1, classes);

    /// <summary>Numbers brought to 256 steps between 0 and 1, as quantised models end.</summary>
    public static string Quantised(this TestModels.Weights w, string value)
    {
        var step = w.Graph.Scalar(1 / 256f);
        return w.Graph.Op("DequantizeLinear", [w.Graph.Op("QuantizeLinear", [value, step]), step]);
    }

    public static void Labels(this TestModels.Weights w, string value, string name = "label") =>
        w.Graph.Output(w.Graph.Op("ArgMax", [value], Axis(1), Attributes.Int("keepdims", 0)), name, DataType.Int64, -1);

    public static AttributeProto Axis(long axis) => Attributes.Int("axis", axis);
}

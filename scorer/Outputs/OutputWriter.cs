using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Writes what is between a value of a model and logits, [-1, class].</summary>
internal static class OutputWriter
{
    /// <summary>The part of the model that leads to the logits, and their name.</summary>
    /// <param name="numbers">What <paramref name="value"/> was like; null for a value that is [-1, class] already.</param>
    public static (ModelProto Model, string Logits) Write(ModelProto model, string value, OutputStep step, ProbedValue? numbers)
    {
        var part = GraphPart.Of(model, value);
        if (step == OutputStep.None && numbers is not { Dims.Length: not 2 })
        {
            return (part, value);
        }
        part.Graph.Output.Clear();
        var builder = new GraphBuilder(part);
        var rows = numbers is { Dims.Length: 2 } ? value : builder.Op("Reshape", [value, builder.Ints(-1, numbers!.Width)]);
        var logits = step switch
        {
            OutputStep.Logarithm => builder.Op("Log", [rows]),
            OutputStep.FromOneLogit => builder.Op("Gemm", [rows, builder.Constant("two_classes", [-0.5f, 0.5f], 1, 2), builder.Constant("no_bias", [0, 0], 2)]),
            OutputStep.FromOneProbability => Both(builder, rows),
            OutputStep.FromOneLogProbability => Both(builder, builder.Op("Exp", [rows])),
            _ => rows,
        };
        builder.Output(logits, logits, DataType.Float, -1, Math.Max(2, numbers!.Width));
        return (builder.Model, logits);
    }

    private static string Both(GraphBuilder builder, string one) =>
        builder.Op("Log", [builder.Op("Concat", [builder.Op("Sub", [builder.Scalar(1), one]), one], Attributes.Int("axis", 1))]);
}

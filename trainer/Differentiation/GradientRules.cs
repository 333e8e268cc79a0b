using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Appends the gradient of one node.</summary>
/// <param name="context">What is known of the graph, and where to write.</param>
/// <param name="node">The forward node.</param>
/// <param name="outputGradients">Per output of the node, null where the loss does not depend on it.</param>
/// <returns>Per input, null where there is none; trailing inputs may be left out.</returns>
internal delegate string?[] GradientRule(GradientContext context, NodeProto node, string?[] outputGradients);

/// <summary>The rule of every operator that can be trained through.</summary>
internal static class GradientRules
{
    private static readonly Dictionary<string, GradientRule> Rules = new()
    {
        ["Abs"] = Of(Elementwise.Abs),
        ["Add"] = Of(Elementwise.Add),
        ["AveragePool"] = Of(Poolings.Average),
        ["BatchNormalization"] = Of(Normalisations.BatchFixed),
        ["Clip"] = Of(Elementwise.Clip),
        ["Concat"] = Of(Shapes.Concat),
        ["Conv"] = Of(Convolutions.Conv),
        ["Div"] = Of(Elementwise.Div),
        ["Erf"] = Of(Activations.Erf),
        ["Exp"] = Of(Elementwise.Exp),
        ["Expand"] = Of(Shapes.Expand),
        ["Flatten"] = Of(Shapes.Reshape),
        ["Gather"] = Of(Shapes.Gather),
        ["Gelu"] = Of(Activations.Gelu),
        ["Gemm"] = Of(Products.Gemm),
        ["GlobalAveragePool"] = Of(Reductions.GlobalAverage),
        ["Identity"] = Of(Shapes.Identity),
        ["LayerNormalization"] = Of(Normalisations.Layer),
        ["LeakyRelu"] = Of(Activations.LeakyRelu),
        ["Log"] = Of(Elementwise.Log),
        ["LogSoftmax"] = Of(Activations.LogSoftmax),
        ["MatMul"] = Of(Products.MatMul),
        ["Max"] = Of(Elementwise.Extremum),
        ["MaxPool"] = Of(Poolings.Max),
        ["Min"] = Of(Elementwise.Extremum),
        ["Mul"] = Of(Elementwise.Mul),
        ["Neg"] = Of(Elementwise.Neg),
        ["Pow"] = Of(Elementwise.Pow),
        ["Reciprocal"] = Of(Elementwise.Reciprocal),
        ["ReduceMax"] = Of(Reductions.Extremum),
        ["ReduceMean"] = Of(Reductions.Mean),
        ["ReduceMin"] = Of(Reductions.Extremum),
        ["ReduceSum"] = Of(Reductions.Sum),
        ["Relu"] = Of(Activations.Relu),
        ["Reshape"] = Of(Shapes.Reshape),
        ["Sigmoid"] = Of(Activations.Sigmoid),
        ["Slice"] = Of(Shapes.Slice),
        ["Softmax"] = Of(Activations.Softmax),
        ["Softplus"] = Of(Activations.Softplus),
        ["Split"] = Shapes.Split,
        ["Sqrt"] = Of(Elementwise.Sqrt),
        ["Squeeze"] = Of(Shapes.Reshape),
        ["Sub"] = Of(Elementwise.Sub),
        ["Tanh"] = Of(Activations.Tanh),
        ["Transpose"] = Of(Shapes.Transpose),
        ["Unsqueeze"] = Of(Shapes.Reshape),
        ["Where"] = Of(Elementwise.Where),
        [Normalisations.TrainedBatchNormalization] = Of(Normalisations.BatchTrained),
    };

    /// <summary>Operators whose output is constant almost everywhere, or cut on purpose (Cast): no gradient passes.</summary>
    private static readonly HashSet<string> Flat =
    [
        "And", "ArgMax", "ArgMin", "Cast", "Ceil", "ConstantOfShape", "Equal", "Floor", "Greater", "GreaterOrEqual", "IsInf", "IsNaN",
        "Less", "LessOrEqual", "NonZero", "Not", "OneHot", "Or", "Round", "Shape", "Sign", "Size",
    ];

    public static bool Passes(string op) => !Flat.Contains(op);

    public static GradientRule? Find(string op) => Rules.GetValueOrDefault(op);

    private static GradientRule Of(Func<GradientContext, NodeProto, string, string?[]> rule) =>
        // Only the first output of these operators carries a gradient (the others are indices or statistics).
        (context, node, outputGradients) => outputGradients[0] is { } dy ? rule(context, node, dy) : [];
}

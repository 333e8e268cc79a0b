using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Follows the values of a graph back to what they are made of.</summary>
internal sealed class OutputTrace
{
    private const int MostSteps = 64;

    /// <summary>Operators that lay numbers out in another way, or leave them as they are.</summary>
    private static readonly HashSet<string> Views = ["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout", "ZipMap"];

    /// <summary>Operators that bring numbers to the steps of a quantised model.</summary>
    private static readonly string[] Rounding = ["QuantizeLinear", "DequantizeLinear"];

    /// <summary>Operators that keep numbers off the borders of (0, 1).</summary>
    private static readonly HashSet<string> Guards = ["Clip", "Max", "Min", "Add", .. Rounding];

    /// <summary>Operators by one input, or with a constant, behind which probabilities are no longer what they were.</summary>
    private static readonly HashSet<string> Changes = ["Mul", "Div", "Add", "Sub", "Pow", "Clip", "Min", "Max", "Round", "Floor", "Sqrt", "Neg", "Exp", "Log", "Gather", "Slice", "Split", "Transpose", "ReduceMax", "ReduceMin", .. Rounding];

    private static readonly HashSet<string> Joins = ["Concat", "Mean", "Sum", "TopK", "Where"];

    private static readonly HashSet<string> Squashing = ["Softmax", "LogSoftmax", "Sigmoid", "HardSigmoid", "Hardmax"];

    /// <summary>Operators with weights, or whole models in one.</summary>
    private static readonly HashSet<string> Weighted =
    [
        "Gemm", "MatMul", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN", "QLinearMatMul", "QLinearConv", "MatMulInteger", "ConvInteger", "Einsum", "Loop", "Scan", "If",
        "LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier", "TreeEnsemble", "LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor",
    ];

    private readonly Dictionary<string, NodeProto> producers;
    private readonly IReadOnlyDictionary<string, TensorProto> constants;
    private readonly GraphProto graph;

    public OutputTrace(GraphProto graph)
    {
        this.graph = graph;
        producers = graph.Node.SelectMany(n => n.Output.Where(o => o.Length > 0), (node, output) => (node, output)).ToDictionary(o => o.output, o => o.node);
        constants = Models.RandomOperators.Constants(graph);
    }

    public NodeProto? Producer(string value) => producers.GetValueOrDefault(value);

    /// <summary>The constant of that name; null where there is none.</summary>
    public TensorProto? Constant(string value) => constants.GetValueOrDefault(value);

    /// <summary>The value before operators that only lay it out.</summary>
    public string Base(string value)
    {
        while (Producer(value) is { } node && Views.Contains(node.OpType) && node.Input.Count > 0 && node.Output[0] == value)
        {
            value = node.Input[0];
        }
        return value;
    }

    /// <summary>The value before the Softmax or Sigmoid that an output seems to end in, by which operator, and whether a logarithm is taken of that; null where there is none.</summary>
    public (string Source, string Operator, bool Logarithm)? Squashed(string output) => Squashed(output, logarithm: false);

    /// <summary>The operators that make probabilities of a value elsewhere in the graph, for another output.</summary>
    public IReadOnlyList<string> SquashedBy(string value) => [.. graph.Node.Where(n => n.OpType is "Softmax" or "LogSoftmax" or "Sigmoid" && Base(n.Input[0]) == Base(value)).Select(n => n.OpType == "LogSoftmax" ? "Softmax" : n.OpType).Distinct()];

    /// <summary>What is before it and nothing else was done to it; the output's own base otherwise.</summary>
    public string Core(string output) => Squashed(output) is { } found ? Base(found.Source) : Base(output);

    /// <summary>The steps by which the numbers of a quantised output differ; 0 of others.</summary>
    public double Step(string output) =>
        Producer(Base(output)) is { OpType: "DequantizeLinear" } node && constants.GetValueOrDefault(node.Input[1]) is { } scale ? Tensors.ToFloats(scale).Max() : 0;

    /// <summary>The value that an output's rows are the largest of, in falling order; null where they are not.</summary>
    public string? Sorted(string output) => OutputEnd.Of(output, this) is { Source: { OpType: "TopK" } node, Made: var made } && node.Output[0] == made ? node.Input[0] : null;

    /// <summary>Whether an output is what a layer of weights gives, so that nothing keeps its numbers where they happen to be.</summary>
    public bool IsProduct(string output)
    {
        var node = Producer(Base(output));
        if (node is { OpType: "Add" } && node.Input.FirstOrDefault(input => !constants.ContainsKey(input)) is { } only && node.Input.Any(constants.ContainsKey))
        {
            node = Producer(Base(only));
        }
        return node is { OpType: "Gemm" or "MatMul" or "Conv" } && constants.ContainsKey(node.Input[1]);
    }

    /// <summary>The value whose largest or smallest number, or the sum of whose exponentials, an output has for each row, and by which operator; null where it is something else.</summary>
    public (string Value, string Operator)? Reduced(string output) =>
        OutputEnd.Of(output, this).Source is { OpType: "ReduceMax" or "ReduceMin" or "ReduceLogSumExp" } node ? (Base(node.Input[0]), node.OpType) : null;

    /// <summary>Whether what makes an output may keep its numbers between -1 and 1: a length of 1, or products with vectors of length 1.</summary>
    public bool IsOfLengthOne(string output) => HasLengthOne(output) || (Producer(Base(output)) is { OpType: "Gemm" or "MatMul" } node && HasLengthOne(node.Input[0]));

    /// <summary>The operator at an output's end, but for steps with a constant, that gives nothing below 0: a Softplus, Exp, Relu, or what makes a distance; null where it is another.</summary>
    public string? Unsigned(string output) => OutputEnd.Of(output, this).UnsignedBy(this);

    /// <summary>The operator that keeps some of an output's columns at 0 or above, where others stand beside them; null where there is none.</summary>
    public string? UnsignedPart(string output) => Producer(Base(output)) is { OpType: "Concat" } join ? join.Input.Select(Unsigned).FirstOrDefault(part => part is not null) : null;

    /// <summary>The operator that gives decision values, as a support vector machine does that knows no probabilities; null where it is another.</summary>
    public string? Decision(string output) => OutputEnd.Of(output, this).Source is { OpType: "LinearClassifier" or "SVMClassifier" } node && node.TextOr("post_transform", "NONE") == "NONE" ? node.OpType : null;

    /// <summary>Whether an output is what a regression gives.</summary>
    public bool IsRegression(string output) => Producer(Base(output))?.OpType is "LinearRegressor" or "SVMRegressor" or "TreeEnsembleRegressor";

    /// <summary>An active dropout between a value and an output that is made of it.</summary>
    public NodeProto? DropoutBetween(string value, string output)
    {
        var (made, before) = (Ancestors(output), Ancestors(value));
        return graph.Node.FirstOrDefault(n => made.Contains(n.Output[0]) && !before.Contains(n.Output[0]) && Models.RandomOperators.IsActiveDropout(n, constants));
    }

    /// <summary>Whether probabilities go into the value by some way that a row's numbers are changed on.</summary>
    public bool HoldsSquashed(string output)
    {
        var open = new Queue<string>([output]);
        for (var step = 0; step < MostSteps && open.TryDequeue(out var value); step++)
        {
            if (Producer(Base(value)) is not { } node)
            {
                continue;
            }
            if (Squashing.Contains(node.OpType))
            {
                return true;
            }
            var inputs = node.Input.Where(i => i.Length > 0 && !constants.ContainsKey(i)).ToList();
            if (Joins.Contains(node.OpType) || (Changes.Contains(node.OpType) && (inputs.Count == 1 || node.OpType is "Gather" or "Slice" or "Split" or "Clip")))
            {
                inputs.ForEach(open.Enqueue);
            }
        }
        return false;
    }

    /// <summary>The values that an output is made of without weights: the last layer's and what comes of it.</summary>
    public HashSet<string> Stem(string output)
    {
        var (stem, open) = (new HashSet<string>(), new Stack<string>([output]));
        while (open.TryPop(out var value))
        {
            if (value.Length > 0 && Producer(value) is { } node && stem.Add(value) && !Weighted.Contains(node.OpType))
            {
                foreach (var input in Bodies.Reads(node))
                {
                    open.Push(input);
                }
            }
        }
        return stem;
    }

    /// <summary>All values that an output is made of, itself included.</summary>
    public HashSet<string> Ancestors(string output) => Models.ModelGraph.Needed(graph, [output]);

    private bool HasLengthOne(string value)
    {
        if (Producer(Base(value)) is not { OpType: "Div" } quotient)
        {
            return Producer(Base(value))?.OpType == "LpNormalization";
        }
        var node = Producer(Base(quotient.Input[1]));
        for (var step = 0; step < MostSteps && node?.OpType is "Expand" or "Clip" or "Max" or "Add" or "Sqrt"; step++)
        {
            node = node.Input.FirstOrDefault(i => i.Length > 0 && !constants.ContainsKey(i)) is { } length ? Producer(Base(length)) : null;
        }
        return node?.OpType is "ReduceL2" or "ReduceSumSquare";
    }

    private (string, string, bool)? Squashed(string output, bool logarithm)
    {
        var node = Producer(Base(output));
        return node?.OpType switch
        {
            "Softmax" or "Sigmoid" => (node.Input[0], node.OpType, logarithm),
            "LogSoftmax" when !logarithm => (node.Input[0], node.OpType, true),
            "Log" when !logarithm => Squashed(node.Input[0], logarithm: true),
            "Div" when Producer(node.Input[0]) is { OpType: "Exp" } powers && Producer(node.Input[1]) is { OpType: "ReduceSum" } => (powers.Input[0], "Softmax", logarithm),
            _ when node is not null && Guards.Contains(node.OpType) && node.Input.Where(i => i.Length > 0 && !constants.ContainsKey(i)).ToList() is [var only] => Squashed(only, logarithm),
            _ => null,
        };
    }
}

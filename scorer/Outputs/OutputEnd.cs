using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The steps with constants by which an output is made number by number, from its end back, and the node before them.</summary>
/// <param name="Made">The value that <paramref name="Source"/> makes; an input, or a constant, where there is none.</param>
/// <param name="Factor">The most that the steps multiply by.</param>
/// <param name="IsNegated">Whether they turn the order of the numbers round.</param>
/// <param name="IsClipped">Whether one of them lets nothing below 0 through.</param>
/// <param name="Bounds">How far apart two numbers can be by a Clip; infinite without one.</param>
internal sealed record OutputEnd(string Made, NodeProto? Source, double Factor, bool IsNegated, bool IsClipped, double Bounds)
{
    private static readonly HashSet<string> Operators = ["Add", "Sub", "Mul", "Div", "Neg", "Clip", "Min", "Max"];

    /// <summary>Operators that give nothing below 0, or nothing below a shift that may be in front.</summary>
    private static readonly HashSet<string> Unsigned = ["Softplus", "Exp", "Relu", "Abs", "Elu", "Log"];

    /// <summary>Operators whose numbers are 2 apart at most.</summary>
    private static readonly HashSet<string> Bounded = ["Tanh", "Softsign", "Erf", "Sin", "Cos"];

    /// <summary>Whether the numbers are never more than 2 apart.</summary>
    public bool IsBounded => Bounds <= 2 || (Source is not null && Bounded.Contains(Source.OpType) && 2 * Factor <= 2);

    public static OutputEnd Of(string output, OutputTrace trace)
    {
        var end = new OutputEnd(trace.Base(output), null, 1, false, false, double.PositiveInfinity);
        while (trace.Producer(end.Made) is { } node && Operators.Contains(node.OpType) && node.Input.Where(i => i.Length > 0 && Numbers(i, trace) is null).ToList() is [var only])
        {
            end = end.Before(node, trace) with { Made = trace.Base(only) };
        }
        return end with { Source = trace.Producer(end.Made) };
    }

    /// <summary>The operator by which nothing is below 0 where the numbers are not; null where that is chance.</summary>
    public string? UnsignedBy(OutputTrace trace) =>
        Distance(Source, trace)
        ?? (Source is not null && (Unsigned.Contains(Source.OpType) || IsSquare(Source, trace)) ? Source.OpType : null)
        ?? (IsClipped ? "Clip" : null);

    private OutputEnd Before(NodeProto step, OutputTrace trace)
    {
        var numbers = step.Input.Where(i => i.Length > 0).SelectMany(i => Numbers(i, trace) ?? []).ToList();
        var most = numbers.Select(v => (double)Math.Abs(v)).DefaultIfEmpty(1).Max();
        var turns = numbers.Count > 0 && numbers.All(v => v < 0);
        return step.OpType switch
        {
            "Neg" => this with { IsNegated = !IsNegated },
            "Sub" => this with { IsNegated = IsNegated != (Numbers(step.Input[0], trace) is not null) },
            "Mul" => this with { IsNegated = IsNegated != turns, Factor = Factor * most },
            "Div" => this with { IsNegated = IsNegated != turns, Factor = Factor / numbers.Select(v => (double)Math.Abs(v)).DefaultIfEmpty(1).Min() },
            "Clip" => Clipped(step.InputAt(1) is { } low ? First(low, trace) : step.FloatOr("min", float.NegativeInfinity), step.InputAt(2) is { } high ? First(high, trace) : step.FloatOr("max", float.PositiveInfinity)),
            "Max" => Clipped(numbers.DefaultIfEmpty(-1).Min(), float.PositiveInfinity),
            _ => this,
        };
    }

    private OutputEnd Clipped(float low, float high) => this with { IsClipped = IsClipped || low >= 0, Bounds = Math.Min(Bounds, ((double)high - low) * Factor) };

    private static float First(string constant, OutputTrace trace) => Numbers(constant, trace) is [var first, ..] ? first : float.NaN;

    /// <summary>A constant's numbers, also where only its type or shape is another; null of what is none.</summary>
    private static float[]? Numbers(string value, OutputTrace trace) => (trace.Constant(value) ?? trace.Constant(trace.Base(value))) is not { } tensor ? null : (TensorProto.Types.DataType)tensor.DataType switch
    {
        TensorProto.Types.DataType.Float => Tensors.ToFloats(tensor),
        TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 => Array.ConvertAll(Tensors.ToInt64s(tensor), number => (float)number),
        _ => [],
    };

    /// <summary>Whether it is a product with itself, or a power that is not known to be odd.</summary>
    private static bool IsSquare(NodeProto node, OutputTrace trace) =>
        (node.OpType == "Mul" && node.Input[0] == node.Input[1]) || (node.OpType == "Pow" && Math.Abs(First(node.Input[1], trace) % 2) != 1);

    /// <summary>The operator that makes a distance: a root, or a sum of squares or of absolute numbers, also where ‖x‖² − 2x·y + ‖y‖² is written out.</summary>
    private static string? Distance(NodeProto? node, OutputTrace trace, int depth = 0) => node?.OpType switch
    {
        "Sqrt" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare" => node.OpType,
        "ReduceSum" when trace.Producer(trace.Base(node.Input[0])) is { } summed && (summed.OpType == "Abs" || IsSquare(summed, trace)) => node.OpType,
        "Pow" when depth < 4 && Distance(trace.Producer(trace.Base(node.Input[0])), trace, depth + 1) is not null => node.OpType,
        "Add" or "Sub" when depth < 4 => node.Input.Select(input => Distance(Of(input, trace).Source, trace, depth + 1)).FirstOrDefault(by => by is not null),
        _ => null,
    };
}

using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Networks;

/// <summary>What the numbers of an input are to a network, told by what its graph does with them first.</summary>
/// <param name="Picture">Three sides in the order of the numbers: channels, height, width, or height, width, channels. Null where they are no picture.</param>
/// <param name="IsIds">Whether they are ids of tokens.</param>
internal readonly record struct InputMeaning(IReadOnlyList<int>? Picture, bool IsIds)
{
    private static readonly HashSet<string> Passing = ["Sub", "Mul", "Add", "Div", "Clip", "Cast", "Identity"];

    /// <summary>A picture is what is brought into four dimensions, ids what is made whole numbers, before anything but a change of scale is done to it.</summary>
    public static InputMeaning Of(GraphProto graph, ModelInput input)
    {
        var (open, seen) = (new Queue<string>([input.Name]), new HashSet<string>());
        while (open.TryDequeue(out var value))
        {
            foreach (var node in graph.Node.Where(n => n.Input.FirstOrDefault() == value && n.Output.Count > 0 && seen.Add(n.Output[0])))
            {
                if (node.OpType == "Reshape" && graph.Initializer.FirstOrDefault(t => t.Name == node.Input[1]) is { } shape
                    && Tensors.ToInt64s(shape) is [<= 0, > 0 and var first, > 0 and var second, > 0 and var third] && first * second * third == input.Dims[1])
                {
                    return new InputMeaning([(int)first, (int)second, (int)third], IsIds: false);
                }
                if (node.OpType == "Cast" && (DataType)node.IntOr("to", 0) is DataType.Int64 or DataType.Int32)
                {
                    return new InputMeaning(null, IsIds: true);
                }
                if (Passing.Contains(node.OpType))
                {
                    open.Enqueue(node.Output[0]);
                }
            }
        }
        return default;
    }
}

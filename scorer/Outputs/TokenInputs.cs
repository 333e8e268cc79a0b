using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Finds out how many whole numbers an input tells apart, so that made-up rows are rows to the model: ids of a table's vectors, say.</summary>
internal static class TokenInputs
{
    /// <summary>What is known of a whole number that is looked up nowhere: 0 and 1 are such everywhere.</summary>
    private const int Fewest = 2;

    /// <summary>Operators that leave whole numbers in a range what they are.</summary>
    private static readonly HashSet<string> Views = ["Identity", "Cast", "Clip", "Floor", "Round", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split"];

    /// <summary>One more than the largest of the whole numbers from 0 on that an input takes; 0 where it takes any numbers.</summary>
    public static int Count(ModelPackage package, string input)
    {
        var most = package.WholeInputs.TryGetValue(input, out var type) ? InputTypes.Range(type)?.Most : null;
        var count = Count(package.Model.Graph, input, most is not null);
        return most < count ? (int)most + 1 : count;
    }

    private static int Count(GraphProto graph, string input, bool isWhole)
    {
        var constants = RandomOperators.Constants(graph);
        var (same, counts) = (new HashSet<string>([input], StringComparer.Ordinal), new List<int>());
        foreach (var node in graph.Node)
        {
            if (node.Input.Count > 0 && same.Contains(node.Input[0]) && Views.Contains(node.OpType))
            {
                same.UnionWith(node.Output);
            }
            if (node.OpType == "Gather" && node.Input.Count > 1 && same.Contains(node.Input[1]))
            {
                counts.Add(constants.TryGetValue(node.Input[0], out var table) && table.Dims.Count > 0 ? Rows(table, node.IntOr("axis", 0)) : Fewest);
            }
        }
        return counts.Count > 0 ? counts.Min() : isWhole ? Fewest : 0;
    }

    private static int Rows(TensorProto table, long axis) =>
        (axis < 0 ? axis + table.Dims.Count : axis) is var at && at >= 0 && at < table.Dims.Count ? (int)Math.Clamp(table.Dims[(int)at], 1, (long)InputTypes.LargestWhole) : Fewest;
}

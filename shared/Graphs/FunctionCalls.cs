using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>How large a model is when the calls of its own functions are written out, told without writing them out.</summary>
internal static class FunctionCalls
{
    /// <summary>How deep calls may stand in each other.</summary>
    private const int Deepest = 100;

    /// <summary>What is wrong with a model's size or its functions; null where nothing is.</summary>
    public static string? Fault(ModelProto model)
    {
        if (model.Functions.GroupBy(BodyInlining.Key).FirstOrDefault(f => f.Skip(1).Any()) is { Key: var twice })
        {
            return $"its function '{twice.Name}' stands twice";
        }
        var functions = model.Functions.ToDictionary(BodyInlining.Key);
        var (sizes, open) = (new Dictionary<FunctionProto, double>(ReferenceEqualityComparer.Instance), new HashSet<FunctionProto>(ReferenceEqualityComparer.Instance));
        string? endless = null;
        var depth = 0;
        var nodes = Size(Bodies.AllNodes(model.Graph)) + model.Functions.Sum(f => f.Node.Count);
        foreach (var function in functions.Values)
        {
            SizeOf(function); // Also of one that nobody calls it is told that it calls itself.
        }
        return endless is not null ? $"its function '{endless}' calls itself, or calls stand more than {Deepest} deep in each other"
            : nodes > BodyInlining.MostNodes ? $"it has {nodes:N0} nodes when its functions are written out, expected at most {BodyInlining.MostNodes:N0}"
            : null;

        double Size(IEnumerable<NodeProto> among) => among.Sum(n => 1 + (functions.TryGetValue(BodyInlining.Key(n), out var function) ? SizeOf(function) : 0));

        double SizeOf(FunctionProto function)
        {
            if (sizes.TryGetValue(function, out var known))
            {
                return known;
            }
            if (!open.Add(function) || endless is not null || depth >= Deepest)
            {
                endless ??= function.Name;
                return 0;
            }
            depth++;
            var size = Size(Bodies.AllNodes(function));
            depth--;
            return sizes[function] = size;
        }
    }
}

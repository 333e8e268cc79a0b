using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Writes the calls of a model's own functions, and branches that are decided by a constant, out as plain nodes.</summary>
/// <remarks>So a dropout is found wherever an exporter has put it. Functions of an operator set other than the model's are left as calls.</remarks>
internal static class BodyInlining
{
    /// <summary>The most nodes that a model may have when all is written out: functions that call functions can grow without bound.</summary>
    public const int MostNodes = 100_000;

    /// <summary>The same model without calls and decided branches; the model itself where it has none.</summary>
    /// <exception cref="Errors.DataException">It would have more than <see cref="MostNodes"/> nodes.</exception>
    public static ModelProto Inline(ModelProto model)
    {
        if (model.Functions.Count == 0 && !model.Graph.Node.Any(n => n.OpType == "If"))
        {
            return model;
        }
        var copy = model.Clone();
        var names = new BodyNames(copy.Graph);
        var functions = copy.Functions
            .Where(f => f.OpsetImport.All(o => copy.OpsetImport.All(m => Domain(m.Domain) != Domain(o.Domain) || m.Version == o.Version)))
            .ToDictionary(Key);
        copy.OpsetImport.AddRange(functions.Values.SelectMany(f => f.OpsetImport).Where(o => copy.OpsetImport.All(m => Domain(m.Domain) != Domain(o.Domain))).DistinctBy(o => Domain(o.Domain)).ToList());
        while (Pass(copy.Graph, copy.Graph, functions, names))
        {
            if (Bodies.AllNodes(copy.Graph).Take(MostNodes + 1).Count() > MostNodes)
            {
                throw new Errors.DataException($"the model has more than {MostNodes:N0} nodes when its functions are written out, expected fewer: export it without functions that call each other");
            }
        }
        var called = Bodies.AllNodes(copy.Graph).Select(Key).ToHashSet();
        var unused = copy.Functions.All(f => !called.Contains(Key(f)));
        if (unused)
        {
            copy.Functions.Clear();
        }
        return copy;
    }

    /// <summary>Writes every call and decided branch out once; false where there was none.</summary>
    private static bool Pass(GraphProto root, GraphProto graph, Dictionary<(string, string, string), FunctionProto> functions, BodyNames names)
    {
        var changed = false;
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (functions.TryGetValue(Key(node), out var function))
            {
                graph.Node.AddRange(Call(node, function, names));
                changed = true;
            }
            else if (node.OpType == "If" && Decided(node, root, nodes) is { } taken && node.Find(taken ? "then_branch" : "else_branch")?.G is { } branch && branch.Output.Count >= node.Output.Count)
            {
                graph.Initializer.AddRange(branch.Initializer.Select(t => names.Own(t.Clone(), node)));
                graph.Node.AddRange(Branch(node, branch, names));
                changed = true;
            }
            else
            {
                foreach (var body in Bodies.Of(node))
                {
                    changed |= Pass(root, body, functions, names);
                }
                graph.Node.Add(node);
            }
        }
        return changed;
    }

    private static IEnumerable<NodeProto> Call(NodeProto call, FunctionProto function, BodyNames names)
    {
        var given = call.Attribute.Concat(function.AttributeProto.Where(d => call.Find(d.Name) is null)).ToDictionary(a => a.Name);
        var map = new Dictionary<string, string>();
        foreach (var (i, input) in function.Input.Index())
        {
            map[input] = call.InputAt(i) ?? "";
        }
        var passed = new List<NodeProto>();
        foreach (var (i, output) in function.Output.Index().Where(o => o.Index < call.Output.Count && call.Output[o.Index].Length > 0))
        {
            if (!map.TryAdd(output, call.Output[i]))
            {
                passed.Add(new NodeProto { OpType = "Identity", Input = { map[output] }, Output = { call.Output[i] } });
            }
        }
        var path = call.Name.Length > 0 ? call.Name : call.Output[0];
        return [.. function.Node.Select(n => names.Write(n, path, map, given)), .. passed];
    }

    private static IEnumerable<NodeProto> Branch(NodeProto node, GraphProto branch, BodyNames names)
    {
        var map = names.Owned(node);
        var made = branch.Node.SelectMany(n => n.Output).ToHashSet();
        var passed = new List<NodeProto>();
        foreach (var (i, output) in node.Output.Index().Where(o => o.Item.Length > 0))
        {
            var inner = branch.Output[i].Name;
            if (!made.Contains(inner) || !map.TryAdd(inner, output))
            {
                passed.Add(new NodeProto { OpType = "Identity", Input = { map.GetValueOrDefault(inner, inner) }, Output = { output } });
            }
        }
        var path = node.Name.Length > 0 ? node.Name : node.Output[0];
        return [.. branch.Node.Select(n => names.Write(n, path, map, null)), .. passed];
    }

    /// <summary>What an If's condition is where a constant says so.</summary>
    private static bool? Decided(NodeProto node, GraphProto root, List<NodeProto> siblings)
    {
        var name = node.Input[0];
        var tensor = root.Initializer.FirstOrDefault(t => t.Name == name && root.Input.All(i => i.Name != name))
            ?? siblings.Concat(root.Node).FirstOrDefault(n => n.OpType == "Constant" && n.Output[0] == name)?.Find("value")?.T;
        return tensor is { DataType: (int)TensorProto.Types.DataType.Bool } && Tensors.Count(tensor) == 1 ? Tensors.ToInt64s(tensor)[0] != 0 : null;
    }

    /// <summary>The function that a node calls, if the model has it.</summary>
    internal static (string Domain, string Name, string Overload) Key(NodeProto node) => (Domain(node.Domain), node.OpType, node.Overload);

    internal static (string Domain, string Name, string Overload) Key(FunctionProto function) => (Domain(function.Domain), function.Name, function.Overload);

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;
}

using ParquetPool.Errors;
using ParquetPool.Trainer.Operators;

namespace ParquetPool.Trainer.Torch;

/// <summary>The nodes that some values of a graph depend on, in the order of computation, and what can be freed after each.</summary>
internal sealed class Plan
{
    private Plan(IReadOnlyList<(Node Node, IReadOnlyList<string> Done)> steps) => Steps = steps;

    /// <summary>Each node, and the values made by nodes that nothing reads after it.</summary>
    public IReadOnlyList<(Node Node, IReadOnlyList<string> Done)> Steps { get; }

    /// <summary>Plans the computation of <paramref name="outputs"/>.</summary>
    /// <param name="nodes">The graph; each node follows those that it reads.</param>
    /// <param name="given">The values that are there already.</param>
    /// <param name="outputs">What is wanted, and kept.</param>
    /// <exception cref="DataException">A value is neither given nor made by a node.</exception>
    public static Plan For(IReadOnlyList<Node> nodes, IReadOnlySet<string> given, IReadOnlyCollection<string> outputs)
    {
        var wanted = outputs.Where(o => !given.Contains(o)).ToHashSet();
        var needed = new Stack<Node>();
        foreach (var node in nodes.Reverse())
        {
            if (node.Outputs.Any(wanted.Contains))
            {
                needed.Push(node);
                wanted.ExceptWith(node.Outputs);
                wanted.UnionWith(node.Inputs.Where(i => i.Length > 0 && !given.Contains(i)));
            }
        }
        if (wanted.Count > 0)
        {
            throw new DataException($"'{wanted.First()}' is neither an input that was given nor a value of the graph: give it or correct the name");
        }
        return new Plan(WithLastUses([.. needed], outputs));
    }

    private static List<(Node, IReadOnlyList<string>)> WithLastUses(Node[] nodes, IReadOnlyCollection<string> outputs)
    {
        var (made, kept) = (nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0).ToHashSet(), outputs.ToHashSet());
        var steps = new List<(Node, IReadOnlyList<string>)>();
        foreach (var node in nodes.Reverse())
        {
            // Backwards, the first time that a value is met is its last use.
            steps.Add((node, [.. node.Inputs.Concat(node.Outputs).Where(v => made.Contains(v) && kept.Add(v))]));
        }
        steps.Reverse();
        return steps;
    }
}

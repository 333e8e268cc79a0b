using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Layers;

/// <summary>How a graph is drawn.</summary>
internal enum WiringKind
{
    /// <summary>Watts and Strogatz 1998: a ring of <c>k</c> nearest, of whose edges a share <c>p</c> goes elsewhere.</summary>
    Ws,

    /// <summary>Erdős and Rényi 1959: each pair with probability <c>p</c>.</summary>
    Er,

    /// <summary>Barabási and Albert 1999: each node joined to <c>k</c> of those before it, the more likely the more edges they have.</summary>
    Ba,
}

/// <summary>A random graph whose edges go from lower to higher numbers, so that it has no circle: Xie et al. 2019, "Exploring randomly wired neural networks".</summary>
internal static class WiredGraph
{
    /// <returns>[node]: the nodes that it reads, ascending. The same arguments give the same graph.</returns>
    public static IReadOnlyList<int>[] Draw(WiringKind kind, int nodes, int k, double p, ulong seed)
    {
        var draws = new PhiloxStream(seed, Purpose.Wiring);
        var edges = new HashSet<(int From, int To)>();
        switch (kind)
        {
            case WiringKind.Ws:
                Ring();
                break;
            case WiringKind.Er:
                edges.UnionWith(from to in Enumerable.Range(0, nodes) from source in Enumerable.Range(0, to) where draws.Uniform() < p select (source, to));
                break;
            default:
                Attach();
                break;
        }
        var reads = edges.ToLookup(edge => edge.To, edge => edge.From);
        return [.. Enumerable.Range(0, nodes).Select(node => (IReadOnlyList<int>)[.. reads[node].Order()])];

        void Ring()
        {
            for (var step = 1; step <= k / 2; step++)
            {
                for (var node = 0; node < nodes; node++)
                {
                    edges.Add(Edge(node, (node + step) % nodes));
                }
            }
            for (var step = 1; step <= k / 2; step++)
            {
                for (var node = 0; node < nodes; node++)
                {
                    int[] others = [.. Enumerable.Range(0, nodes).Where(other => other != node && !edges.Contains(Edge(node, other)))];
                    if (draws.Uniform() < p && others.Length > 0)
                    {
                        edges.Remove(Edge(node, (node + step) % nodes));
                        edges.Add(Edge(node, others[draws.Below(others.Length)]));
                    }
                }
            }
        }

        void Attach()
        {
            List<int> ends = [];
            for (var node = k; node < nodes; node++)
            {
                var chosen = new HashSet<int>(node == k ? Enumerable.Range(0, k) : []);
                while (chosen.Count < k)
                {
                    chosen.Add(ends[draws.Below(ends.Count)]);
                }
                foreach (var other in chosen.Order())
                {
                    edges.Add((other, node));
                    ends.AddRange([other, node]);
                }
            }
        }
    }

    private static (int From, int To) Edge(int one, int other) => (Math.Min(one, other), Math.Max(one, other));
}

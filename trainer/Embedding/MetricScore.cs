using System.Numerics.Tensors;

namespace ParquetPool.Trainer.Embedding;

/// <summary>How well rows that belong together are found by the cosine of their embeddings, each query among all rows that are sought but itself; of equal cosines one that does not belong comes first.</summary>
/// <param name="Recall1">Share of the queries that have a row that belongs to them for which the nearest row does.</param>
/// <param name="Precision1">Share of all queries for which the nearest row belongs to them.</param>
/// <param name="Mrr">Mean reciprocal rank of the first row that belongs, over the queries that have one.</param>
/// <param name="TripletAccuracy">Mean over these queries of the share of (belongs, does not) pairs of rows of which the first is nearer; only rows that were said not to belong count where such were named.</param>
internal readonly record struct MetricScore(double Recall1, double Precision1, double Mrr, double TripletAccuracy)
{
    /// <param name="embeddings">[row, unit], of all rows.</param>
    public static MetricScore Of(ReadOnlyMemory<float> embeddings, int width, IRelations relations)
    {
        var found = new (bool HasAny, double Rank, double? Ordered)[relations.Queries.Count];
        Parallel.For(0, found.Length, i => found[i] = Query(embeddings.Span, width, relations, relations.Queries[i]));
        var having = found.Where(f => f.HasAny).ToList();
        var ordered = found.Where(f => f.Ordered is not null).ToList();
        double first = having.Count(f => f.Rank == 1);
        return new MetricScore(
            having.Count > 0 ? first / having.Count : 0, first / Math.Max(1, found.Length), having.Count > 0 ? having.Average(f => 1 / f.Rank) : 0, ordered.Count > 0 ? ordered.Average(f => f.Ordered!.Value) : 0);
    }

    private static (bool HasAny, double Rank, double? Ordered) Query(ReadOnlySpan<float> embeddings, int width, IRelations relations, int query)
    {
        var own = embeddings.Slice(query * width, width);
        var said = relations.SaidApart(query);
        var (belongs, others, apart) = (new List<float>(), new List<float>(), new List<float>());
        foreach (var row in relations.Sought)
        {
            if (row == query)
            {
                continue;
            }
            // A vector of zeros has no direction.
            var cosine = TensorPrimitives.CosineSimilarity(own, embeddings.Slice(row * width, width)) is var of && float.IsFinite(of) ? of : 0;
            var together = relations.AreRelated(query, row);
            (together ? belongs : others).Add(cosine);
            if (!together && (said.Count == 0 || said.Contains(row)))
            {
                apart.Add(cosine);
            }
        }
        if (belongs.Count == 0)
        {
            return (false, double.PositiveInfinity, null);
        }
        var best = belongs.Max();
        return (true, 1 + others.Count(cosine => cosine >= best), apart.Count > 0 ? Ordered(belongs, apart) : null);
    }

    /// <summary>Share of pairs of which the first is greater.</summary>
    private static double Ordered(List<float> belongs, List<float> apart)
    {
        apart.Sort();
        var nearer = 0L;
        foreach (var cosine in belongs)
        {
            var (low, high) = (0, apart.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = apart[middle] < cosine ? (middle + 1, high) : (low, middle);
            }
            nearer += low;
        }
        return nearer / ((double)belongs.Count * apart.Count);
    }
}

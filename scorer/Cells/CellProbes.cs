using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>How many cells a query must probe to find a share of its nearest rows, by a sample of the queries.</summary>
/// <remarks>Chosen on half of the sample, measured on the other half. Memory: the sample, and 4 bytes a row of the corpus meanwhile.</remarks>
internal static class CellProbes
{
    private const int LeastSampled = 300;
    private const int MostSampled = 2000;
    private const int QueriesOfSampled = 50;

    /// <summary>Draws the sample.</summary>
    public static RowSample Sample(int queryRows) => new(queryRows, Math.Clamp(queryRows / QueriesOfSampled, LeastSampled, MostSampled), stream: 1);

    /// <summary>Seeks the nearest rows of the sample exactly and looks which cells hold them.</summary>
    /// <param name="target">The share of the nearest rows to find.</param>
    /// <param name="corpusRows">Rows of the index are numbered below.</param>
    public static MeasuredRecall Choose(
        CellIndex index, EmbeddingBlock sampled, NeighbourSearchOptions search, double target, int corpusRows, Action<long> advance, CancellationToken stopping)
    {
        var cellOf = new int[corpusRows];
        var exact = Nearest(index, sampled, search, cellOf, advance, stopping);
        var ranks = new List<int>[] { [], [] };
        for (var i = 0; i < sampled.Count; i++)
        {
            var order = Enumerable.Range(0, index.Cells).Select(c => sampled.Meet(i, index.Centres, c)).ToArray();
            foreach (var neighbour in exact[i])
            {
                // Every centre is in the block, so that its place is its number.
                var needed = order[cellOf[neighbour.Row]];
                ranks[i % 2].Add(1 + order.Count(c => c.Precedes(needed)));
            }
        }
        var chosenBy = ranks[0].Order().ToList();
        // Half of what may be missed is kept as a margin: a sample is not the whole.
        var share = 1 - ((1 - target) / 2);
        var probes = chosenBy.Count == 0 ? 1 : chosenBy[Math.Max(0, (int)Math.Ceiling(share * chosenBy.Count) - 1)];
        return MeasuredRecall.Of(index.Cells, probes, ranks[1].Count(r => r <= probes), ranks[1].Count, queries: sampled.Count / 2);
    }

    /// <param name="cellOf">[row]: filled with the row's cell.</param>
    private static TopNeighbours Nearest(CellIndex index, EmbeddingBlock queries, NeighbourSearchOptions search, int[] cellOf, Action<long> advance, CancellationToken stopping)
    {
        (int, int)[] all = [.. Enumerable.Range(0, queries.Count).Select(query => (0, query))];
        var nearest = new NearestSoFar([queries], search);
        using var product = index.ProductWith(SearchWorker.RowsAtOnce);
        var workers = new SearchWorker[search.Threads];
        try
        {
            index.Visit(
                search.Threads,
                thread =>
                {
                    var worker = workers[thread] = new SearchWorker([queries], search, product, nearest, null);
                    return (cell, some, stop) =>
                    {
                        worker.Visit(some, all, stop);
                        for (var i = 0; i < some.Count; i++)
                        {
                            cellOf[some.RowAt(i)] = cell;
                        }
                        advance(some.Count);
                    };
                },
                _ => true, stopping);
            return nearest.Lists[0];
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }
}

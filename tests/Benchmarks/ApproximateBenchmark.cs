using System.Diagnostics;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Benchmarks;

/// <summary>The search among cells against the exact search, rows in memory: processor seconds of all threads, the making of the index apart.</summary>
internal static class ApproximateBenchmark
{
    private const int Width = 256;
    private const int Neighbours = 5;
    private const double Target = 0.99;

    /// <summary>Gaussian clusters: rows against other rows, and against themselves.</summary>
    /// <param name="queryRows">0 to search the rows among themselves.</param>
    public static IEnumerable<BenchmarkResult> Run(int rows, int queryRows, int clusters, double spread)
    {
        var made = new MadeClusters(Width, clusters, spread);
        var corpus = made.Blocks(rows, 1);
        var queries = queryRows > 0 ? made.Blocks(queryRows, 2) : corpus;
        var count = queries.Sum(block => block.Count);
        var search = new NeighbourSearchOptions(Neighbours, Within: queryRows == 0, Threads: Environment.ProcessorCount);
        var nearest = new double[rows];
        Array.Fill(nearest, double.NegativeInfinity);
        var reverse = queryRows > 0 ? nearest : null;
        var none = CancellationToken.None;

        CellIndex? index = null;
        MeasuredRecall? measured = null;
        NeighbourSearchResult? found = null;
        var making = Cpu(() =>
        {
            index = CellIndex.Open(_ => new ResidentBlocks(corpus), rows, count, cells => new CellPlaces(cells), Width, none);
            index.Add(new ResidentBlocks(corpus), search.Threads, _ => { }, none);
        });
        var sample = CellProbes.Sample(count);
        var choosing = Cpu(() =>
        {
            using var sampled = sample.From(new ResidentBlocks(queries), Width, none);
            measured = CellProbes.Choose(index!, sampled, search, Target, rows, _ => { }, none);
        });
        var searching = Cpu(() => found = CellSearch.Run(queries, index!, measured!.Probes, search, reverse, _ => { }, none));
        Array.Fill(nearest, double.NegativeInfinity);
        NeighbourSearchResult? all = null;
        var exact = Cpu(() => all = NeighbourSearch.Run(queries, new ResidentBlocks(corpus), search, _ => { }, none, reverse));
        index!.Dispose();
        var (total, first) = (making + choosing + searching, Recall(found!, all!, queries, 1));
        yield return new BenchmarkResult(
            $"approximate search, {clusters:N0} clusters of spread {spread}, {count:N0} × {rows:N0} × {Width}", $"{searching:N2} s", $"exact: {exact:N2} s", exact / searching,
            $"cells {making:N2} s and probes {choosing:N2} s before, with them {exact / total:N1}; recall {first:P2} of the nearest, {Recall(found!, all!, queries, Neighbours):P2} of {Neighbours}; {measured}");
    }

    private static double Recall(NeighbourSearchResult found, NeighbourSearchResult all, EmbeddingBlock[] queries, int k)
    {
        var (hit, sought) = (0, 0);
        for (var block = 0; block < queries.Length; block++)
        {
            for (var i = 0; i < queries[block].Count; i++)
            {
                var rows = found.Lists[block][i].ToArray().Take(k).Select(n => n.Row).ToHashSet();
                var wanted = all.Lists[block][i].ToArray().Take(k).ToList();
                (hit, sought) = (hit + wanted.Count(n => rows.Contains(n.Row)), sought + wanted.Count);
            }
        }
        return (double)hit / sought;
    }

    private static double Cpu(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }
}

using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Benchmarks;

/// <summary>The audit's threshold join against its full search: on made clusters, and on two splits where they are named.</summary>
internal static class JoinBenchmark
{
    private const int Queries = 10_000;
    private const int Rows = 60_000;

    /// <summary>Gaussian clusters of several counts and spreads.</summary>
    public static IEnumerable<BenchmarkResult> Run() =>
        from shape in new (int Width, int Clusters, double Spread)[] { (256, 20, 0.5), (256, 200, 0.5), (256, 200, 0.2), (256, 2000, 0.5), (512, 200, 0.5), (512, 1000, 1) }
        let made = new MadeClusters(shape.Width, shape.Clusters, shape.Spread)
        select Measure($"{shape.Clusters:N0} clusters of spread {shape.Spread}", made.Blocks(Queries, 1), made.Blocks(Rows, 2), null);

    /// <summary>Joins the test split with the training split, by a column or by a model's embedding; without thresholds, at one that half as many pairs reach as there are test rows.</summary>
    public static IEnumerable<BenchmarkResult> Run(string columnOrModel, string train, string test, IEnumerable<double> thresholds)
    {
        var isModel = Path.Exists(columnOrModel);
        var options = new AuditOptions([train], [test], ".") { Vectors = new() { Columns = isModel ? [] : [columnOrModel], Model = isModel ? columnOrModel : null } };
        foreach (var least in thresholds.Select(t => (double?)t).DefaultIfEmpty())
        {
            using var inputs = AuditInputs.Open(options, CancellationToken.None);
            yield return Measure(columnOrModel, Read(inputs, inputs.Splits[1]), Read(inputs, inputs.Splits[0]), least);
        }
    }

    private static BenchmarkResult Measure(string name, EmbeddingBlock[] queries, EmbeddingBlock[] corpus, double? wanted)
    {
        long found = 0;
        var threads = Environment.ProcessorCount;
        var least = wanted ?? HalfAPairEach(queries, corpus, threads);
        var medians = Stopwatches.Medians(
            () =>
            {
                found = 0;
                ThresholdJoin.Run(queries, new ResidentBlocks(corpus), new ThresholdJoinOptions(least, Threads: threads), pairs => found += pairs.Length, _ => { }, CancellationToken.None);
            },
            () => NeighbourSearch.Run(queries, new ResidentBlocks(corpus), new NeighbourSearchOptions(1, least, Threads: threads), _ => { }, CancellationToken.None));
        var (queryRows, rows) = (queries.Sum(q => q.Count), corpus.Sum(c => c.Count));
        foreach (var block in queries.Concat(corpus))
        {
            block.Dispose();
        }
        return new BenchmarkResult(
            $"threshold join, {name}, {queryRows:N0} × {rows:N0} × {queries[0].Width}, cosine {least:0.#####} or more",
            $"{medians[0]:N2} s", $"the full product: {medians[1]:N2} s", medians[1] / medians[0], $"{found:N0} pairs");
    }

    /// <summary>The cosine that as many pairs reach as there are half query rows, of those among the ten nearest of a row.</summary>
    private static double HalfAPairEach(EmbeddingBlock[] queries, EmbeddingBlock[] corpus, int threads)
    {
        var lists = NeighbourSearch.Run(queries, new ResidentBlocks(corpus), new NeighbourSearchOptions(10, Threads: threads), _ => { }, CancellationToken.None).Lists;
        var nearest = queries.Zip(lists).SelectMany(p => Enumerable.Range(0, p.First.Count).SelectMany(i => p.Second[i].ToArray())).Select(n => n.Similarity);
        return nearest.OrderDescending().ElementAt(queries.Sum(q => q.Count) / 2);
    }

    private static EmbeddingBlock[] Read(AuditInputs inputs, AuditSplit split)
    {
        using var reader = new SplitReader(split, inputs.Embedder, EmbeddingBlock.EvenRows(split.Rows));
        return [.. reader.Load(int.MaxValue, Environment.ProcessorCount, _ => { }, CancellationToken.None)];
    }
}

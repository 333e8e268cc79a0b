using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>The audit's threshold join against its full search: on clustered vectors, and on a column of two splits where they are named.</summary>
internal static class JoinBenchmark
{
    private const int Queries = 10_000;
    private const int Rows = 60_000;

    public static IEnumerable<BenchmarkResult> Run() =>
        [Measure("200 clusters", Clustered(Queries, 1), Clustered(Rows, 2), 0.85), Measure("200 clusters", Clustered(Queries, 1), Clustered(Rows, 2), 0.9)];

    /// <summary>Joins the test split with the training split.</summary>
    public static IEnumerable<BenchmarkResult> Run(string column, string train, string test, IEnumerable<double> thresholds) =>
        thresholds.Select(least => Measure(column, Read(test, column), Read(train, column), least));

    private static BenchmarkResult Measure(string name, EmbeddingBlock[] queries, EmbeddingBlock[] corpus, double least)
    {
        long found = 0;
        var threads = Environment.ProcessorCount;
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
            $"threshold join, {name}, {queryRows:N0} × {rows:N0} × {queries[0].Width}, cosine {least} or more",
            $"{medians[0]:N2} s", $"the full product: {medians[1]:N2} s", medians[1] / medians[0], $"{found:N0} pairs");
    }

    private static EmbeddingBlock[] Clustered(int rows, int stream)
    {
        const int Width = 256;
        const int Clusters = 200;
        var random = new Random(0);
        var centres = Enumerable.Range(0, Clusters * Width).Select(_ => random.NextSingle() - 0.5f).ToArray();
        random = new Random(stream);
        return Blocks(rows, Width, Enumerable.Range(0, rows).Select(_ =>
        {
            var centre = centres.AsMemory(random.Next(Clusters) * Width, Width).ToArray();
            return Array.ConvertAll(centre, c => c + (0.5f * (random.NextSingle() - 0.5f)));
        }));
    }

    private static EmbeddingBlock[] Read(string split, string column)
    {
        var shards = ShardSet.Resolve([split]);
        var schema = new RowSchema([new VectorColumn(column, shards.VectorWidth(column))]);
        var (width, rows) = (schema.Vectors[0].Width, new List<float[]>());
        var batch = new RowBatch(schema, 2048);
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, CancellationToken.None))
            {
                rows.AddRange(batch.Vectors[0].AsSpan(0, batch.Count * width).ToArray().Chunk(width));
            }
        }
        return Blocks(rows.Count, width, rows);
    }

    private static EmbeddingBlock[] Blocks(int rows, int width, IEnumerable<float[]> vectors)
    {
        var size = EmbeddingBlock.EvenRows(rows);
        var blocks = new List<EmbeddingBlock>();
        foreach (var (row, vector) in vectors.Index())
        {
            if (row % size == 0)
            {
                blocks.Add(new EmbeddingBlock(size, width));
            }
            blocks[^1].TryAdd(vector, row, $"row-{row}", (UInt128)row);
        }
        return [.. blocks];
    }
}

using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Benchmarks;

/// <summary>The audit's exact search against a plain product on ONNX Runtime.</summary>
internal static class SearchBenchmark
{
    private const int Queries = 10_000;

    public static IEnumerable<BenchmarkResult> Run() => [Measure(60_000, 784, 1), Measure(50_000, 512, 10)];

    private static BenchmarkResult Measure(int rows, int width, int k)
    {
        var (queries, corpus) = (Blocks(Queries, width, 1), Blocks(rows, width, 2));
        var options = new NeighbourSearchOptions(k, Threads: Environment.ProcessorCount);
        using var gemm = new GemmLimit(Environment.ProcessorCount);
        var medians = Stopwatches.Medians(
            () => NeighbourSearch.Run(queries, new ResidentBlocks(corpus), options, _ => { }, CancellationToken.None), gemm.Run);
        var rate = 2e-9 * Queries * rows * width / medians[0];
        var plain = 1e-9 * GemmLimit.Operations / medians[1];
        foreach (var block in queries.Concat(corpus))
        {
            block.Dispose();
        }
        return new BenchmarkResult(
            $"audit search, {Queries:N0} × {rows:N0} × {width}, top {k}", $"{rate:N0} GFLOP/s", $"plain Gemm: {plain:N0} GFLOP/s", rate / plain, $"{medians[0]:N2} s");
    }

    private static EmbeddingBlock[] Blocks(int rows, int width, int seed)
    {
        var random = new Random(seed);
        var vector = new float[width];
        var size = EmbeddingBlock.EvenRows(rows);
        var blocks = new List<EmbeddingBlock>();
        for (var row = 0; row < rows; row++)
        {
            if (row % size == 0)
            {
                blocks.Add(new EmbeddingBlock(size, width));
            }
            foreach (ref var value in vector.AsSpan())
            {
                value = random.NextSingle() - 0.5f;
            }
            blocks[^1].TryAdd(vector, row, $"row-{row}", (UInt128)row);
        }
        return [.. blocks];
    }
}

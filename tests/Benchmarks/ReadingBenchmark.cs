using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>Reading a shard's vectors on one thread against reading the same floats from a plain file.</summary>
internal static class ReadingBenchmark
{
    private const int Rows = 100_000;
    private const int Width = 256;

    public static IEnumerable<BenchmarkResult> Run()
    {
        var folder = Directory.CreateTempSubdirectory("parquetpool-benchmark-").FullName;
        try
        {
            return [.. new[] { ("list column", ShardType.FloatList), ("packed column", ShardType.FloatBlob) }.Select(kind => Measure(folder, kind.Item1, kind.Item2))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static BenchmarkResult Measure(string folder, string name, ShardType type)
    {
        var random = new Random(1);
        var values = new float[Rows * Width];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle();
        }
        var shard = new Shard(name, Path.Combine(folder, $"{type}.parquet"));
        using (var writer = new ShardWriter(shard.Path, [new("id", ShardType.Text), new("features", type, Width)]))
        {
            writer.Write(Rows, Enumerable.Range(0, Rows).Select(i => $"row-{i}").ToArray(), values);
            writer.Complete();
        }
        var raw = Path.Combine(folder, "raw");
        File.WriteAllBytes(raw, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));

        var schema = new RowSchema([new VectorColumn("features", Width)]);
        var batch = new RowBatch(schema, 4096);
        var buffer = new byte[4096 * Width * sizeof(float)];
        var medians = Stopwatches.Medians(
            () =>
            {
                using var reader = new ShardReader(shard, schema);
                while (reader.Read(batch, CancellationToken.None))
                {
                }
            },
            () =>
            {
                using var file = File.OpenRead(raw);
                while (file.Read(buffer) > 0)
                {
                }
            });
        return new BenchmarkResult(
            $"reading, {name}, {Width} floats", $"{Rows / medians[0] / 1e6:N2} M rows/s", $"a plain file: {Rows / medians[1] / 1e6:N2} M rows/s", medians[1] / medians[0],
            $"{Rows * Width * sizeof(float) / medians[0] / 1e9:N2} GB/s");
    }
}

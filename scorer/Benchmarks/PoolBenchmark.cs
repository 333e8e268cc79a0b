using ParquetPool.Contract;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>Scoring a pool of shards, written for the purpose and removed again, against scoring the same rows in memory.</summary>
internal static class PoolBenchmark
{
    private const int Rows = 32_768;

    /// <summary>A line for packed and one for list columns, each with the batch size that was fastest.</summary>
    public static IReadOnlyList<BenchmarkResult> Run(string name, ModelPackage package, int passes)
    {
        var folder = Directory.CreateTempSubdirectory("parquetpool-bench-").FullName;
        try
        {
            var input = ReferenceModels.Input(package);
            using var committee = Committee.Compile(package, [input], passes, 0);
            var packed = Write(folder, input, ShardType.FloatBlob);
            var list = Write(folder, input, ShardType.FloatList);
            int[] batches = [1024, 2048, 8192];
            var medians = Stopwatches.Medians([() => InMemory(committee, passes), .. batches.SelectMany(b => new[] { packed, list }, (b, shard) => (Action)(() => FromShard(committee, passes, shard, b, folder)))]);
            return [Line("packed", 1), Line("list", 2)];

            BenchmarkResult Line(string kind, int first)
            {
                var (batch, seconds) = batches.Select((b, i) => (b, Seconds: medians[first + 2 * i])).MinBy(b => b.Seconds);
                return new BenchmarkResult(
                    $"pool of {kind} columns to score files, {name}, T = {passes}", $"{Rows / seconds:N0} rows/s", $"the same rows in memory: {Rows / medians[0]:N0} rows/s",
                    medians[0] / seconds, $"--batch-rows {batch} --threads {Environment.ProcessorCount}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Shard Write(string folder, FeatureInput input, ShardType type)
    {
        var shard = new Shard(type.ToString(), Path.Combine(folder, $"{type}.parquet"));
        var values = new float[Rows * input.Width];
        ReferenceModels.Fill(values);
        using var writer = new ShardWriter(shard.Path, [new("id", ShardType.Text), new(input.Name, type, input.Width)]);
        writer.Write(Rows, Enumerable.Range(0, Rows).Select(i => $"row-{i}").ToArray(), values);
        writer.Complete();
        return shard;
    }

    private static void InMemory(Committee committee, int passes)
    {
        Parallel.For(
            0,
            Rows / committee.TileRows,
            () => (Run: Filled(committee.NewRun()), Kernel: new ScoreKernel(committee.Members, committee.Classes), Scores: new ScoreBatch(committee.TileRows, passes)),
            (_, _, lane) =>
            {
                lane.Run.Run();
                lane.Kernel.Score(lane.Run.Logits, committee.TileRows, committee.TileRows, lane.Scores, 0);
                return lane;
            },
            lane => lane.Run.Dispose());
    }

    private static CommitteeRun Filled(CommitteeRun run)
    {
        ReferenceModels.Fill(run.Input(0));
        return run;
    }

    private static void FromShard(Committee committee, int passes, Shard shard, int batchRows, string folder)
    {
        using var writer = new ScoreWriter(OpenFolder(folder), "bench", [.. Enumerable.Range(0, committee.Classes).Select(c => $"{c}")]);
        using var pipeline = new ScorePipeline(committee, passes, batchRows, Environment.ProcessorCount);
        pipeline.RunAsync([shard], writer.Write, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static ScoreFolder OpenFolder(string folder)
    {
        var scores = new ScoreFolder(Path.Combine(folder, "out"));
        scores.Open();
        return scores;
    }
}

using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>Scoring pools of shards, written for the purpose and removed again, against scoring as many rows in memory.</summary>
internal sealed class PoolBenchmark : IDisposable
{
    private const int ShardCount = 4;
    private const int MostFloats = 1 << 26;
    private const int TuningTurns = 3;
    private const int Turns = 7;
    private static readonly int[] BatchRows = [512, 2048, 8192];
    private readonly string folder = Directory.CreateTempSubdirectory($"parquetpool-bench-{Environment.ProcessId}-").FullName;
    private readonly Committee committee;
    private readonly int shardRows;
    private readonly CancellationToken stopping;

    private PoolBenchmark(ModelPackage package, int passes, int rows, CancellationToken stopping)
    {
        this.stopping = stopping;
        committee = Committee.Compile(package, ReferenceModels.Inputs(package), passes, 0);
        shardRows = Math.Max(1, Math.Min(rows, MostFloats / committee.Inputs.Sum(i => i.Width)) / ShardCount / committee.TileRows) * committee.TileRows;
    }

    /// <summary>A line for packed and one for list columns, with the settings that are fastest for packed ones.</summary>
    public static IReadOnlyList<BenchmarkResult> Run(string name, ModelPackage package, int passes, int rows, CommandContext context)
    {
        using var pool = new PoolBenchmark(package, passes, rows, context.Stopping);
        var (packed, list) = (pool.Write(ShardType.FloatBlob), pool.Write(ShardType.FloatList));
        IReadOnlyList<PoolSettings> candidates = [.. Threads().SelectMany(threads => BatchRows.Select(batch => new PoolSettings(batch, threads)))];
        var tuning = Stopwatches.Medians($"batch sizes and threads, {name}", context, TuningTurns, [.. candidates.Select(s => (Action)(() => pool.Score(packed, s)))]);
        var best = candidates.Zip(tuning).MinBy(c => c.Second).First;
        var medians = Stopwatches.Medians($"a pool, {name}", context, Turns, pool.InMemory, () => pool.Score(packed, best), () => pool.Score(list, best));
        return [Line("packed", 1), Line("list", 2)];

        BenchmarkResult Line(string kind, int index) => new(
            $"pool of {kind} columns to score files, {name}, T = {passes}", $"{pool.Rows / medians[index]:N0} rows/s",
            $"as many rows in memory: {pool.Rows / medians[0]:N0} rows/s", medians[0] / medians[index], $"{best}", best);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        committee.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private int Rows => ShardCount * shardRows;

    /// <summary>One, two, four and so on, and all cores.</summary>
    private static IEnumerable<int> Threads()
    {
        for (var threads = 1; threads < Environment.ProcessorCount; threads *= 2)
        {
            yield return threads;
        }
        yield return Environment.ProcessorCount;
    }

    /// <summary>Shards of numbers that no compression makes smaller, as the values of a network are.</summary>
    private List<Shard> Write(ShardType type)
    {
        var random = new Random(1);
        IReadOnlyList<VectorColumn> columns = [.. committee.Inputs.SelectMany(i => i.Columns)];
        var shards = Enumerable.Range(0, ShardCount).Select(i => new Shard($"{type}-{i}", Path.Combine(folder, $"{type}-{i}.parquet"))).ToList();
        foreach (var shard in shards)
        {
            using var writer = new ShardWriter(shard.Path, [new("id", ShardType.Text), .. columns.Select(c => new ShardColumn(c.Name, type, c.Width))]);
            for (var at = 0; at < shardRows; at += committee.TileRows)
            {
                stopping.ThrowIfCancellationRequested();
                var ids = Enumerable.Range(at, committee.TileRows).Select(i => $"{shard.Name}-{i}").ToArray();
                writer.Write(ids.Length, [ids, .. columns.Select(c => ReferenceModels.Random(random, ids.Length * c.Width))]);
            }
            writer.Complete();
        }
        return shards;
    }

    private void InMemory() => Parallel.For(
        0,
        Rows / committee.TileRows,
        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stopping },
        () => (Run: Filled(), Kernel: new ScoreKernel(committee.Members, committee.Classes), Scores: new ScoreBatch(committee.TileRows, committee.Passes)),
        (_, _, lane) =>
        {
            lane.Run.Run();
            lane.Kernel.Score(lane.Run.Logits, committee.TileRows, committee.TileRows, lane.Scores, 0);
            return lane;
        },
        lane => lane.Run.Dispose());

    private CommitteeRun Filled()
    {
        var run = committee.NewRun();
        ReferenceModels.Fill(run, committee);
        return run;
    }

    private void Score(IReadOnlyList<Shard> shards, PoolSettings settings)
    {
        var scores = new ScoreFolder(Path.Combine(folder, "out"));
        scores.Open();
        using var writer = new ScoreWriter(scores, "bench", [.. Enumerable.Range(0, committee.Classes).Select(c => $"{c}")]);
        using var pipeline = new ScorePipeline(committee, settings.BatchRows, settings.Threads);
        pipeline.RunAsync(shards, writer.Write, stopping).GetAwaiter().GetResult();
    }
}

/// <summary>What <c>scorer score</c> is told of the machine.</summary>
internal sealed record PoolSettings(int BatchRows, int Threads)
{
    public override string ToString() => $"--batch-rows {BatchRows} --threads {Threads}";
}

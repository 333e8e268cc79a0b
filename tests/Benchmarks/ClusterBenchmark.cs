using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ParquetPool.Columns;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Shards;
using ParquetPool.Tests;

namespace ParquetPool.Benchmarks;

/// <summary>What a cluster costs: tasks that take no time, and real scoring by one and two nodes on one machine.</summary>
internal sealed class ClusterBenchmark : IAsyncDisposable
{
    private const int Tasks = 400;
    private const int ShardRows = 65_536;
    private const int ScoredShards = 8;
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(5);
    private readonly string folder = Directory.CreateTempSubdirectory("parquetpool-cluster-").FullName;
    private readonly Postgres postgres = Postgres.Start();
    private readonly NpgsqlDataSource database;
    private readonly ClusterStore store;
    private int runs;

    private ClusterBenchmark()
    {
        database = NpgsqlDataSource.Create(postgres.ConnectionString);
        store = new ClusterStore(database);
    }

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        await using var benchmark = new ClusterBenchmark();
        await ClusterSchema.CreateAsync(benchmark.database, CancellationToken.None);
        var results = new List<BenchmarkResult>();
        var (one, offered) = await benchmark.EmptyTasksAsync(1);
        results.Add(new("cluster, tasks that take no time, 1 node", $"{one:N0} tasks/s", $"offered: {offered:N0} tasks/s", 1, $"{1000 / one:N1} ms each"));
        foreach (var nodes in new[] { 2, 4 })
        {
            var rate = (await benchmark.EmptyTasksAsync(nodes)).Done;
            results.Add(new($"cluster, tasks that take no time, {nodes} nodes", $"{rate:N0} tasks/s", $"1 node: {one:N0} tasks/s", rate / one, ""));
        }
        benchmark.WritePool();
        var alone = await benchmark.AloneAsync();
        foreach (var nodes in new[] { 1, 2 })
        {
            var seconds = await benchmark.ScoreAsync(nodes);
            results.Add(new($"cluster, {ScoredShards * ShardRows:N0} rows, {nodes} nodes of one thread", $"{seconds:N1} s", $"scorer score --threads 1: {alone:N1} s", alone / seconds, $"{ScoredShards / 2} parts and their merge"));
        }
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        postgres.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Tasks per second, done by all nodes and offered by one.</summary>
    private async Task<(double Done, double Offered)> EmptyTasksAsync(int count)
    {
        var run = Path.Combine(folder, $"run-{++runs}");
        var gate = new TaskCompletionSource();
        var nodes = await StartAsync(count, async (_, _) =>
        {
            await gate.Task; // Until all are offered.
            return new RunOutcome(0, null, null);
        });
        IReadOnlyList<ClusterTask> tasks = [.. Enumerable.Range(0, Tasks).Select(i => new ClusterTask(run, $"task-{i}", ["none"], folder))];
        await store.AddAsync(tasks, CancellationToken.None);
        var watch = Stopwatch.StartNew();
        foreach (var task in tasks)
        {
            await nodes[0].ScheduleAsync(run, task.Name, CancellationToken.None);
        }
        var offered = Tasks / watch.Elapsed.TotalSeconds;
        watch.Restart();
        gate.SetResult();
        while ((await store.TasksAsync(run, CancellationToken.None)).Any(task => task.State != TaskProgress.Done))
        {
            await Task.Delay(50);
        }
        var done = Tasks / watch.Elapsed.TotalSeconds;
        await StopAsync(nodes);
        return (done, offered);
    }

    private async Task<double> ScoreAsync(int count)
    {
        var run = Path.Combine(folder, $"run-{++runs}");
        var nodes = await StartAsync(count, (task, _) => ProcessAsync([.. task.Arguments, "--out", task.Folder]));
        var cluster = new ClusterRun(store, nodes[0], folder, TimeSpan.FromMinutes(1), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var watch = Stopwatch.StartNew();
        var outcome = await cluster.RunAsync(new JobRun("bench", "run", "", default, run), [.. Score, "--out", run], _ => { }, CancellationToken.None);
        var seconds = watch.Elapsed.TotalSeconds;
        await StopAsync(nodes);
        return outcome.ExitCode == 0 ? seconds : throw new InvalidOperationException(outcome.Message);
    }

    private async Task<double> AloneAsync()
    {
        var watch = Stopwatch.StartNew();
        await ProcessAsync([.. Score, "--out", Path.Combine(folder, "alone")]);
        return watch.Elapsed.TotalSeconds;
    }

    private string[] Score => ["score", "--model", Path.Combine(folder, "model.onnx"), "--pool", Path.Combine(folder, "pool"), "--threads", "1"];

    private static async Task<RunOutcome> ProcessAsync(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "scorer"), [.. arguments, "--quiet"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new RunOutcome(process.ExitCode, null, await error);
    }

    private async Task<IReadOnlyList<ClusterNode>> StartAsync(int count, TaskExecution execute)
    {
        var nodes = new List<ClusterNode>();
        for (var i = 0; i < count; i++)
        {
            nodes.Add(new ClusterNode(ClusterAddress.Parse(postgres.ConnectionString), new NodeOptions($"node-{runs}-{i}", 1, CheckIn), store, execute, TimeProvider.System, NullLogger.Instance));
            await nodes[^1].StartAsync(CancellationToken.None);
        }
        return nodes;
    }

    private static async Task StopAsync(IReadOnlyList<ClusterNode> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private void WritePool()
    {
        var random = new Random(1);
        for (var shard = 0; shard < ScoredShards; shard++)
        {
            using var writer = new ShardWriter(Path.Combine(folder, "pool", $"shard-{shard:D2}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, 512)]);
            writer.Write(ShardRows, Enumerable.Range(0, ShardRows).Select(row => $"row-{shard}-{row}").ToArray(), ReferenceModels.Random(random, ShardRows * 512));
            writer.Complete();
        }
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), ModelFile.ToBytes(ReferenceModels.Mlp().Model));
    }
}

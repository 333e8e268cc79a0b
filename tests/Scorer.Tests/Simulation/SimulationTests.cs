using System.Diagnostics;
using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>Histories of a service and of a cluster, each decided by its number alone: whatever comes in whatever order, no run is done twice and none is lost.</summary>
/// <remarks>A sample; with <c>PARQUETPOOL_HISTORIES=N</c> in the environment so many of each.</remarks>
public sealed class SimulationTests
{
    private static readonly int? Histories = int.TryParse(Environment.GetEnvironmentVariable("PARQUETPOOL_HISTORIES"), out var count) ? count : null;

    [Fact]
    public void AServiceLosesNoRunAndRepeatsNone() => Play(Histories ?? 80, number =>
    {
        using var history = new SchedulerHistory(number);
        return history.Play();
    });

    [Fact]
    public void AClusterEndsEveryTaskOnceAndMergesEveryRunOnce()
    {
        using var pool = new TestFolder();
        for (var shard = 0; shard < 4; shard++)
        {
            using var writer = new ShardWriter(pool.File($"shard-{shard}.parquet"), [new("id", ShardType.Text)]);
            writer.Write(1, new[] { $"row-{shard}" });
            writer.Complete();
        }
        Play(Histories ?? 40, number =>
        {
            using var history = new ClusterHistory(number, pool.Root);
            return history.Play();
        });
    }

    private static void Play(int count, Func<uint, IReadOnlyList<string>> play)
    {
        var watch = Stopwatch.StartNew();
        var faults = new List<string>();
        for (var number = 0u; number < count && faults.Count < 20; number++)
        {
            faults.AddRange(play(number).Select(fault => $"history {number}: {fault}"));
        }
        TestContext.Current.SendDiagnosticMessage($"{count} histories in {watch.Elapsed.TotalSeconds:F1} s");
        faults.Should().BeEmpty();
    }
}

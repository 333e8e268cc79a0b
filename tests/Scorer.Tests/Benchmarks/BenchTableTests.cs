using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Benchmarks;

namespace ParquetPool.Scorer.Tests.Benchmarks;

public class BenchTableTests
{
    [Fact]
    public void AModelOfSeveralInputsIsMeasuredToo()
    {
        var model = TestModels.Build([12], 3, (w, x, active) =>
        {
            var both = w.Graph.Op("Concat", [x, w.Graph.Input("second", TensorProto.Types.DataType.Float, -1, 5)], Attributes.Int("axis", 1));
            return w.Dense(w.Dropout(w.Graph.Op("Relu", [w.Dense(both, 17, 8)]), 0.5f, active), 8, 3);
        });

        BenchTable.Run("two", model, passes: 2, poolRows: 2048, Quiet(TestContext.Current.CancellationToken)).Should().HaveCount(5);
    }

    [Fact]
    public async Task AStoppedBenchmarkLeavesNothingBehind()
    {
        using var stop = new CancellationTokenSource();
        var before = TemporaryFolders();
        var lines = BenchTable.Run("small", TestModels.Mlp(0.5f, 12, 8, 3), passes: 2, poolRows: 2048, Quiet(stop.Token)).GetEnumerator();
        for (var i = 0; i < 3; i++)
        {
            lines.MoveNext();
        }
        await stop.CancelAsync();

        var act = () => lines.MoveNext();

        act.Should().Throw<OperationCanceledException>();
        TemporaryFolders().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void AModelIsMeasuredInMemoryAndFromBothKindsOfColumns()
    {
        var lines = BenchTable.Run("small", TestModels.Mlp(0.5f, 12, 8, 3), passes: 2, poolRows: 2048, Quiet(TestContext.Current.CancellationToken)).ToList();

        lines.Select(l => l.Name).Should().Equal(
            "committee, small, T = 2", "committee, small, T = 10", "small, time of T = 10",
            "pool of packed columns to score files, small, T = 2", "pool of list columns to score files, small, T = 2");
        lines.Should().OnlyContain(l => double.IsFinite(l.Ratio) && l.Ratio > 0);
        lines.Where(l => l.Settings is not null).Should().HaveCount(2).And.OnlyContain(l => l.Settings!.Threads <= Environment.ProcessorCount);
    }

    private static string[] TemporaryFolders() => Directory.GetDirectories(Path.GetTempPath(), $"parquetpool-bench-{Environment.ProcessId}-*");

    private static CommandContext Quiet(CancellationToken stopping) =>
        new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), stopping);
}

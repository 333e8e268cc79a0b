using System.Diagnostics;
using System.Globalization;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>
/// Histories of a task's labels, each decided by its number alone: files come in whatever order, change, are copied and go, the clock jumps, parts of the history are
/// damaged and rounds killed between any two operations on files. No label is lost, none is taken twice, and what stands is what it would be without the kills.
/// </summary>
/// <remarks>A sample; with <c>PARQUETPOOL_HISTORIES=N</c> in the environment so many.</remarks>
public sealed class LabelHistorySimulationTests : IDisposable
{
    private const int Sampled = 100;
    private readonly TestFolder folder = new();
    private readonly string place = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"parquetpool-{Path.GetRandomFileName()}")).FullName;

    [Fact]
    public void NoLabelIsLostAndNoneIsTakenTwice()
    {
        var count = Environment.GetEnvironmentVariable("PARQUETPOOL_HISTORIES") ?? Sampled.ToString(CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        using var host = new FaultHost(folder.Root);

        var answer = host.PlayLabelHistories(count, place);

        TestContext.Current.SendDiagnosticMessage($"{count} histories in {watch.Elapsed.TotalSeconds:F1} s");
        answer.Output.Should().BeEmpty(answer.Error);
    }

    public void Dispose()
    {
        Directory.Delete(place, recursive: true);
        folder.Dispose();
    }
}

using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Serving;
using ParquetPool.Scorer.Tests.Simulation;

namespace ParquetPool.Scorer.Tests.Serving;

public sealed class JobServiceTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ARecordThatCannotBeKeptAtTheStartEndsNoServiceAndItsRunGoesOnLater()
    {
        var jobs = new JobList(folder.Root, [new Job("nightly", "score", [], folder.File("nightly"))]);
        using var state = StateFolder.Open(folder.File("state"));
        var due = new DateTimeOffset(2026, 11, 20, 19, 0, 0, TimeSpan.Zero);
        state.Save(new JobRun("nightly", StateFolder.IdAt(due), "schedule", due, folder.File("nightly", "x")) { State = RunState.Running, Attempts = 1 });
        var record = Path.Combine(folder.File("state"), "runs", "nightly", StateFolder.IdAt(due) + ".json");
        File.Delete(record);
        Directory.CreateDirectory(record); // Nothing can be written in its place.
        var told = 0;
        var log = new CuttingLog(() => told++);
        using var scheduler = new JobScheduler(jobs, state, (_, _, _, _) => Task.FromResult(new RunOutcome(ExitCode.Success, null, null)), TimeProvider.System, log, TimeSpan.FromSeconds(5), parallel: 1);
        using var deliverer = new Deliverer(jobs, state, TimeProvider.System, log);
        var host = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var service = new JobService(scheduler, deliverer, host, TimeProvider.System, log);

        await service.StartAsync(TestContext.Current.CancellationToken);
        host.NotifyStarted();
        await Until(() => told > 0);
        service.ExecuteTask!.IsCompleted.Should().BeFalse("the disk may have room again");
        Directory.Delete(record);
        await Until(() => state.Runs("nightly")[0].State == RunState.Succeeded);
        await service.StopAsync(TestContext.Current.CancellationToken);

        state.Runs("nightly").Should().ContainSingle().Which.Attempts.Should().Be(1);

        Task Until(Func<bool> holds) => Waiting.UntilAsync(holds, () => told, () => "the service did not go on", () => service.ExecuteTask!.IsCompleted);
    }
}

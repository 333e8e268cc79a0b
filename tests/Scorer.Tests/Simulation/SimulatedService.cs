using Microsoft.Extensions.Logging;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>What <c>scorer serve</c> does, on a <see cref="Machine"/>: the real state folder and scheduler, without a host.</summary>
internal sealed class SimulatedService : IDisposable
{
    private readonly Machine machine;
    private readonly JobList jobs;
    private readonly StateFolder state;
    private readonly JobScheduler scheduler;
    private readonly CancellationTokenSource stop = new();
    private readonly TimeSpan every;

    /// <param name="every">How often it looks around.</param>
    public SimulatedService(Machine machine, JobList jobs, string folder, JobExecution execute, ILogger log, TimeSpan every, int parallel)
    {
        (this.machine, this.jobs, this.every) = (machine, jobs, every);
        state = StateFolder.Open(folder);
        scheduler = new JobScheduler(jobs, state, execute, machine.Clock, log, every, parallel);
        scheduler.Ended += run => Ended?.Invoke(run);
    }

    public event Action<JobRun>? Ended;

    /// <summary>Runs that have not ended.</summary>
    public IEnumerable<JobRun> Active => jobs.Jobs.SelectMany(job => state.Runs(job.Name)).Where(run => run.IsActive);

    /// <summary>Times of cron expressions that passed between two looks that went well.</summary>
    public List<(string Job, DateTimeOffset Time)> Passed { get; } = [];

    /// <summary>Goes on until it is stopped.</summary>
    public Task Run() => machine.Start(async () =>
    {
        scheduler.Recover();
        DateTimeOffset? before = null;
        while (!stop.IsCancellationRequested)
        {
            var now = machine.Clock.GetUtcNow();
            try
            {
                scheduler.Tick();
                Note(before, now);
                before = now;
            }
            catch (IOException)
            {
                before = null; // As the service does: the disk may come back.
            }
            try
            {
                await Task.Delay(every, machine.Clock, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // It stops.
            }
        }
        await scheduler.StopAsync();
        Dispose();
    });

    public void Stop() => stop.Cancel();

    /// <summary>Gives back what the process held, as its end does.</summary>
    public void Dispose() => state.Dispose();

    private void Note(DateTimeOffset? before, DateTimeOffset now)
    {
        if (before is { } last && last < now && now - last <= 2 * every)
        {
            Passed.AddRange(jobs.Jobs.Select(job => (job.Name, Time: Schedule.Passed(job, last, now)?.Time)).Where(passed => passed.Time is not null).Select(passed => (passed.Name, passed.Time!.Value)));
        }
    }
}

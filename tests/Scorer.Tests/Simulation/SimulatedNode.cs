using Microsoft.Extensions.Logging;
using Npgsql;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>What <c>scorer serve --cluster</c> does, on a <see cref="Machine"/>: the real leadership, runs and tasks; in Quartz's place a loop that takes offers.</summary>
internal sealed class SimulatedNode
{
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(5);
    private readonly JobList jobs;
    private readonly string state;
    private readonly ILogger log;
    private readonly MemoryStore store;
    private readonly TaskJob job;
    private readonly List<SimulatedService> led = [];

    public SimulatedNode(World world, Database database, string name, JobList jobs, string state, TaskExecution execute, ILogger log, DateTimeOffset start)
    {
        (Name, Machine) = (name, new Machine(world, start));
        (this.jobs, this.state, this.log) = (jobs, state, log);
        store = new MemoryStore(database, world, this);
        job = new TaskJob(store, name, execute, CheckIn, Machine.Clock, log);
    }

    public string Name { get; }

    public Machine Machine { get; }

    /// <summary>From the database.</summary>
    public bool IsCutOff { get; set; }

    public void Start()
    {
        var leadership = new Leadership(store, Name, CheckIn, Machine.Clock, log);
        Machine.Start(() => leadership.RunAsync(LeadAsync, CancellationToken.None));
        Machine.Start(() => AgainAsync(() => store.CheckInAsync(CheckIn, CancellationToken.None), CheckIn));
        Machine.Start(() => AgainAsync(WorkAsync, TimeSpan.FromSeconds(1)));
    }

    /// <summary>The operating system gives back what it held.</summary>
    public void Kill()
    {
        Machine.Kill();
        led.ForEach(service => service.Dispose());
    }

    private async Task LeadAsync(CancellationToken leading)
    {
        var run = new ClusterRun(store, store, jobs.Folder, TimeSpan.FromMinutes(1), Machine.Clock, log, leading);
        var service = new SimulatedService(Machine, jobs, state, run.RunAsync, log, TimeSpan.FromSeconds(5), jobs.Jobs.Count);
        led.Add(service);
        await using var told = leading.Register(service.Stop);
        try
        {
            await run.RecoverAsync([.. service.Active.Select(active => active.Out)]);
            await service.Run();
        }
        finally
        {
            service.Dispose();
            led.Remove(service);
        }
    }

    private async Task WorkAsync()
    {
        if (await store.TakeAsync(CancellationToken.None) is { } offer)
        {
            offer.IsBegun = true;
            try
            {
                await job.DoAsync(offer.Key.Run, offer.Key.Task, CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // Quartz ends the trigger all the same.
            }
            await UntilAnsweredAsync(() => store.EndAsync(offer, CancellationToken.None));
        }
    }

    private async Task UntilAnsweredAsync(Func<Task> work)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(CheckIn, Machine.Clock);
            }
        }
    }

    private async Task AgainAsync(Func<Task> work, TimeSpan every)
    {
        while (true)
        {
            try
            {
                await work();
            }
            catch (NpgsqlException)
            {
                // The database is away.
            }
            await Task.Delay(every, Machine.Clock);
        }
    }
}

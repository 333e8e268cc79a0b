using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using Quartz.Extensibility;

namespace ParquetPool.Scorer.Cluster;

/// <summary>This program as one of several that do the tasks of a cluster: Quartz over the shared database.</summary>
internal sealed class ClusterNode : IAsyncDisposable, IJobFactory, ITaskOffers
{
    /// <summary>Quartz's name for all nodes together.</summary>
    public const string Cluster = "scorer";

    /// <summary>Longer than any task waits: one that waits for a free node has not missed its time.</summary>
    private static readonly TimeSpan NeverMissed = TimeSpan.FromDays(365);

    private readonly StandaloneSchedulerFactory factory;
    private readonly TaskJob job;
    private IScheduler? scheduler;

    public ClusterNode(ClusterAddress address, NodeOptions node, ClusterStore store, TaskExecution execute, TimeProvider clock, ILogger log)
    {
        var (name, parallel, checkIn) = node;
        job = new TaskJob(store, name, execute, checkIn, clock, log);
        factory = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddLogging(logging => logging.ClearProviders().AddProvider(new QuartzLog(log)));
            quartz.ConfigureScheduler(options =>
            {
                (options.InstanceName, options.InstanceId) = (Cluster, name);
                options.IdleWaitTime = checkIn < TimeSpan.FromSeconds(5) ? checkIn : TimeSpan.FromSeconds(5);
                options.MaxBatchSize = 1; // A node takes what it can begin now, and leaves the rest to others.
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(parallel);
            quartz.UseJobFactory(this);
            quartz.UsePersistentStore(database =>
            {
                database.UsePostgres(NpgsqlFactory.Instance, address.ConnectionString);
                database.UseClustering(options => (options.CheckinInterval, options.CheckinMisfireThreshold) = (checkIn, checkIn));
                database.ConfigureStore(options =>
                {
                    options.MisfireThreshold = NeverMissed;
                    options.MisfireHandlerFrequency = TimeSpan.FromMinutes(1);
                    options.DbRetryInterval = checkIn;
                    options.RecoverFiringsCancelledByShutdown = true;
                });
            });
        }).Build();
    }

    private IScheduler Scheduler => scheduler ?? throw new InvalidOperationException("the node has not started");

    /// <summary>Begins to take tasks.</summary>
    public async Task StartAsync(CancellationToken stopping)
    {
        scheduler = await factory.GetScheduler(stopping);
        await scheduler.Start(stopping);
    }

    /// <inheritdoc/>
    public async Task ScheduleAsync(string run, string task, CancellationToken stopping)
    {
        var key = new JobKey(task, ClusterStore.GroupOf(run));
        var detail = JobBuilder.Create<TaskJob>().WithIdentity(key).UsingJobData(TaskJob.Run, run).RequestRecovery().StoreDurably().Build();
        await Scheduler.ScheduleJob(detail, [TriggerBuilder.Create().WithIdentity(key.Name, key.Group).ForJob(key).StartNow().Build()], ScheduleJobOptions.Replacing, stopping);
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(string run, CancellationToken stopping) => await Scheduler.DeleteJobs(GroupMatcher<JobKey>.GroupEquals(ClusterStore.GroupOf(run)), stopping);

    /// <inheritdoc/>
    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default) => new(new JobScope(job, null));

    /// <inheritdoc/>
    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Stops the tasks, which other nodes take at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (scheduler is not null)
        {
            await scheduler.Shutdown(waitForJobsToComplete: true);
        }
        await factory.DisposeAsync();
    }
}

/// <summary>What is offered to all nodes of a cluster: Quartz in a service, a list in simulations.</summary>
internal interface ITaskOffers
{
    /// <summary>Offers a task to all nodes.</summary>
    Task ScheduleAsync(string run, string task, CancellationToken stopping);

    /// <summary>Takes back what was offered of a run that is over.</summary>
    Task ForgetAsync(string run, CancellationToken stopping);
}

/// <summary>What a node is among others.</summary>
/// <param name="Name">Unlike that of any node that ever was.</param>
/// <param name="Parallel">Tasks at the same time.</param>
/// <param name="CheckIn">How often a node says that it lives; one that is silent for twice as long is taken for dead.</param>
internal sealed record NodeOptions(string Name, int Parallel, TimeSpan CheckIn);

using System.Globalization;
using Npgsql;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Cluster;

/// <summary>The flow of a node of a cluster: it takes tasks, and schedules jobs while it leads, until it is stopped.</summary>
internal static class ClusterService
{
    /// <param name="parallel">Tasks at the same time.</param>
    /// <param name="checkIn">How often the node says that it lives.</param>
    /// <param name="host">Schedules jobs until its token says that the lead is lost; told how they run.</param>
    /// <exception cref="DataException">The database's tables are missing or of another version.</exception>
    /// <exception cref="IOException">The database cannot be reached.</exception>
    public static async Task RunAsync(
        ClusterAddress address, int parallel, TimeSpan checkIn, JobList jobs, JobProcess process, Func<Func<StateFolder, Task<JobExecution>>, CancellationToken, Task> host, CommandContext context)
    {
        await using var database = NpgsqlDataSource.Create(address.ConnectionString);
        var store = new ClusterStore(database);
        // The time tells apart what had the same number before: processes of a container.
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{context.Clock.GetUtcNow().ToUnixTimeMilliseconds():x}");
        Task<RunOutcome> Execute(ClusterTask task, CancellationToken stopping) =>
            process.RunAsync([.. task.Arguments, "--out", task.Folder], task.Work, AttemptFolder.LogOf(task) + ".process", AttemptFolder.LogOf(task), _ => { }, stopping);
        await using var node = new ClusterNode(address, new NodeOptions(name, parallel, checkIn), store, Execute, context.Clock, context.Log);
        try
        {
            await ClusterSchema.RequireAsync(database, address, context.Stopping);
            await node.StartAsync(context.Stopping);
        }
        catch (NpgsqlException e)
        {
            throw address.Failure(e);
        }
        context.Log.NodeStarted(name, address.ToString());
        var leadership = new Leadership(store, name, checkIn, context.Clock, context.Log);
        await leadership.RunAsync(
            leading => host(
                async state =>
                {
                    var run = new ClusterRun(store, node, jobs.Folder, SilenceOf(checkIn), context.Clock, context.Log, leading);
                    await run.RecoverAsync([.. jobs.Jobs.SelectMany(job => state.Runs(job.Name)).Where(r => r.IsActive).Select(r => r.Out)]);
                    return run.RunAsync;
                },
                leading),
            context.Stopping);
    }

    /// <summary>Nodes that check in this often have long given up on others that were silent for so long.</summary>
    private static TimeSpan SilenceOf(TimeSpan checkIn) => TimeSpan.FromSeconds(Math.Max(30, 10 * checkIn.TotalSeconds));
}

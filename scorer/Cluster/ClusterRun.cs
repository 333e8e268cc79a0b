using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Runs a job's command as tasks of the cluster: cuts it, waits for its parts and their merge, and gives the run its files.</summary>
/// <param name="work">The folder in which commands run.</param>
/// <param name="silence">After which a task of which nothing was heard, and that no node is at, is offered again.</param>
/// <param name="stop">Says that this service stops; the next leader then goes on with the run.</param>
internal sealed class ClusterRun(ClusterStore store, ITaskOffers offers, string work, TimeSpan silence, TimeProvider clock, ILogger log, CancellationToken stop)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Leaves of earlier leaders' runs what this one goes on with.</summary>
    public async Task RecoverAsync(IReadOnlyList<string> active)
    {
        foreach (var run in await store.TidyAsync(active, stop))
        {
            await offers.ForgetAsync(run, stop);
        }
    }

    /// <inheritdoc cref="JobExecution"/>
    public async Task<RunOutcome> RunAsync(JobRun run, IReadOnlyList<string> arguments, Action<StageProgress> report, CancellationToken stopping)
    {
        var start = clock.GetTimestamp();
        try
        {
            await AgainAsync(() => BeginAsync(run.Out, arguments, stopping), stopping);
            using var timer = new PeriodicTimer(Every, clock);
            while (true)
            {
                IReadOnlyList<TaskProgress> tasks = await AgainAsync(() => LookAsync(run.Out, arguments, stopping), stopping);
                var done = tasks.Count(task => task.State == TaskProgress.Done);
                report(new StageProgress(tasks.Count == 1 ? tasks[0].Task.Name : "tasks", done, tasks.Count, "tasks", clock.GetElapsedTime(start).TotalSeconds, done == tasks.Count));
                if (tasks.FirstOrDefault(task => task.State == TaskProgress.Failed) is { } failed)
                {
                    await AgainAsync(() => EndAsync(run.Out, stopping), stopping);
                    return Failed(failed, arguments);
                }
                if (done == tasks.Count && tasks.Single(IsLast(arguments)) is { } last)
                {
                    AttemptFolder.Publish(last.Task);
                    await AgainAsync(() => EndAsync(run.Out, stopping), stopping);
                    return new RunOutcome(ExitCode.Success, SummaryOf(last), null);
                }
                await timer.WaitForNextTickAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await AgainAsync(() => EndAsync(run.Out, stop), stop); // The run took too long.
            throw;
        }
    }

    private static Func<TaskProgress, bool> IsLast(IReadOnlyList<string> arguments)
    {
        var isSplit = TaskPlan.IsSplit(arguments);
        return task => !isSplit || task.Task.Name == TaskPlan.Merge;
    }

    /// <summary>Rows that cannot be used fail a command when all its files are there.</summary>
    private static RunOutcome Failed(TaskProgress failed, IReadOnlyList<string> arguments)
    {
        if (failed.ExitCode == ExitCode.Data && IsLast(arguments)(failed) && Directory.Exists(failed.Task.Folder))
        {
            AttemptFolder.Publish(failed.Task);
        }
        return new RunOutcome(failed.ExitCode ?? ExitCode.Failure, null, $"{failed.Task.Name}: {failed.Message?.Replace(failed.Task.Folder, failed.Task.Run, StringComparison.Ordinal)}");
    }

    /// <summary>Names the files where they are now.</summary>
    private static JsonElement? SummaryOf(TaskProgress last) =>
        last.Summary is { } json ? JsonSerializer.Deserialize<JsonElement>(json.Replace(last.Task.Folder, last.Task.Run, StringComparison.Ordinal)) : null;

    private async Task<bool> BeginAsync(string run, IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        if (await store.TasksAsync(run, stopping) is { Count: > 0 })
        {
            await store.ReopenAsync(run, stopping);
        }
        else
        {
            await store.AddAsync(TaskPlan.Of(arguments, run, work), stopping);
        }
        return true;
    }

    /// <summary>Offers what nobody has been offered: new tasks, those that a killed node forgot to offer or that were lost with several, and the merge when all parts are done.</summary>
    private async Task<IReadOnlyList<TaskProgress>> LookAsync(string run, IReadOnlyList<string> arguments, CancellationToken stopping)
    {
        var tasks = await store.TasksAsync(run, stopping);
        if (tasks.All(task => task.State == TaskProgress.Done) && !tasks.Any(IsLast(arguments)))
        {
            await store.AddAsync([TaskPlan.MergeOf(arguments, run, work, tasks.Select(task => task.Task))], stopping);
            tasks = await store.TasksAsync(run, stopping);
        }
        foreach (var task in await store.UnscheduledAsync(run, ClusterNode.Cluster, silence, stopping))
        {
            await offers.ScheduleAsync(run, task, stopping);
        }
        return tasks;
    }

    private async Task<bool> EndAsync(string run, CancellationToken stopping)
    {
        await store.CancelAsync(run, stopping);
        await offers.ForgetAsync(run, stopping);
        return true;
    }

    /// <summary>Does something until the database answers.</summary>
    private async Task<T> AgainAsync<T>(Func<Task<T>> work, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (e is NpgsqlException or Quartz.JobPersistenceException)
            {
                log.DatabaseAway(e.Message);
                await Task.Delay(Every, clock, stopping);
            }
        }
    }
}

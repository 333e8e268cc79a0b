using Microsoft.Extensions.Logging;
using Npgsql;
using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Does a task when Quartz says that it is this node's turn.</summary>
/// <param name="node">This node's name.</param>
/// <param name="execute">Runs a task into its folder.</param>
/// <param name="every">How often the database is told that the task still runs.</param>
[DisallowConcurrentExecution]
internal sealed class TaskJob(ClusterStore store, string node, TaskExecution execute, TimeSpan every, TimeProvider clock, ILogger log) : IJob
{
    public const string Run = "run";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await DoAsync((string)context.MergedJobDataMap[Run]!, context.JobDetail.Key.Name, cancellationToken);
    }

    /// <summary>Does a task, unless it is over.</summary>
    internal async Task DoAsync(string run, string name, CancellationToken cancellationToken)
    {
        if (await store.ClaimAsync(run, name, node, cancellationToken) is not { } task)
        {
            return;
        }
        log.TaskStarted(task.Name, task.Run, task.Attempt);
        using var superseded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beats = BeatAsync(task, superseded);
        try
        {
            var outcome = await ExecuteAsync(task, superseded.Token);
            await FinishAsync(task, outcome, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.TaskLost(task.Name, task.Run, task.Attempt);
        }
        finally
        {
            superseded.Cancel();
            await beats;
        }
    }

    private async Task<RunOutcome> ExecuteAsync(ClusterTask task, CancellationToken stopping)
    {
        try
        {
            AttemptFolder.Prepare(task);
            return await execute(task, stopping);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RunOutcome(ExitCode.Failure, null, e.Message);
        }
    }

    /// <summary>A node that is cut off from the database goes on; its end counts if nobody has taken the task meanwhile.</summary>
    private async Task FinishAsync(ClusterTask task, RunOutcome outcome, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                if (!await store.FinishAsync(task, outcome, stopping))
                {
                    log.TaskLost(task.Name, task.Run, task.Attempt);
                }
                else if (outcome.ExitCode == ExitCode.Success)
                {
                    log.TaskDone(task.Name, task.Run, task.Attempt);
                }
                else
                {
                    log.TaskFailed(task.Name, task.Run, task.Attempt, outcome.Message ?? "");
                }
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(every, clock, stopping);
            }
        }
    }

    private async Task BeatAsync(ClusterTask task, CancellationTokenSource superseded)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, clock, superseded.Token);
                try
                {
                    if (!await store.BeatAsync(task, superseded.Token))
                    {
                        superseded.Cancel();
                    }
                }
                catch (NpgsqlException)
                {
                    // The database is away; the task is this node's until somebody says otherwise.
                }
            }
        }
        catch (OperationCanceledException) when (superseded.IsCancellationRequested)
        {
            // The task has ended.
        }
    }
}

/// <summary>Runs a task's command into its folder until it ends.</summary>
/// <remarks>Ends with <see cref="OperationCanceledException"/> when <paramref name="stopping"/> says so; nothing of it goes on then.</remarks>
internal delegate Task<RunOutcome> TaskExecution(ClusterTask task, CancellationToken stopping);

using Microsoft.Extensions.Logging;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Jobs;

/// <summary>An attempt of a run, and what becomes of the run by it.</summary>
internal sealed class RunAttempt(StateFolder state, JobExecution execute, TimeProvider clock, ILogger log)
{
    /// <summary>Runs a job's command until it ends.</summary>
    /// <param name="report">Takes how far it is.</param>
    /// <param name="cancel">Says that the run is to end.</param>
    /// <param name="stop">Says that the service stops.</param>
    /// <returns>The run as it is afterwards.</returns>
    public async Task<JobRun> RunAsync(Job job, JobRun run, Action<StageProgress> report, CancellationToken cancel, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(job.TimeLimit ?? Timeout.InfiniteTimeSpan, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel, limit.Token);
        try
        {
            RunOutputs.Prepare(job, run, state.Finished(job.Name));
            var arguments = job.Arguments(run.Out, name => state.Finished(name)?.Out);
            var outcome = await execute(run, arguments, report, ends.Token);
            return outcome.ExitCode == ExitCode.Success ? Succeed(job, run, outcome) : Fail(job, run, outcome.Message!, again: outcome.ExitCode != ExitCode.Usage);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Cancelled(run);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return Fail(job, run, $"took longer than its limit of {Duration.Text(job.TimeLimit!.Value)}", again: true);
        }
        catch (OperationCanceledException)
        {
            return run with { State = RunState.Waiting, Attempts = run.Attempts - 1, Message = "stopped with the service" };
        }
        catch (Exception e)
        {
            log.UnexpectedFailure(e);
            return Fail(job, run, e.Message, again: true);
        }
    }

    /// <summary>A run that a person ended.</summary>
    public JobRun Cancelled(JobRun run)
    {
        log.RunCancelled(run.Job, run.Id);
        return run with { State = RunState.Cancelled, Finished = clock.GetUtcNow(), NotBefore = null, IsCancelled = false, Message = "cancelled by hand" };
    }

    private JobRun Succeed(Job job, JobRun run, RunOutcome outcome)
    {
        RunOutputs.Publish(job, run);
        log.RunSucceeded(job.Name, run.Id);
        return run with { State = RunState.Succeeded, Finished = clock.GetUtcNow(), Summary = outcome.Summary, Deliveries = [.. job.Deliver.Select(target => new Delivery(target.Name))] };
    }

    private JobRun Fail(Job job, JobRun run, string message, bool again)
    {
        log.RunFailed(job.Name, run.Id, run.Attempts, message);
        var now = clock.GetUtcNow();
        return again && run.Attempts <= job.Retries
            ? run with { State = RunState.Waiting, NotBefore = now + job.DelayAfter(run.Attempts), Message = message }
            : run with { State = RunState.Failed, Finished = now, Message = message };
    }
}

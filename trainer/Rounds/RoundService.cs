using Microsoft.Extensions.Hosting;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Rounds;

/// <summary>Runs <see cref="RoundRun"/> whenever label files have come or changed and then been left alone; ends when the command is stopped.</summary>
/// <param name="quiet">How long files must have been left alone.</param>
internal sealed class RoundService(RoundRequest request, TimeSpan quiet, CommandContext context) : BackgroundService
{
    /// <summary>Seconds.</summary>
    internal const double LongestQuiet = 86_400;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(2); // Every list of an object store is paid for.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(60);

    /// <summary>Ends a command that could make no round of what stands there now; what is wrong later, a round of another kind say, is told and waited for.</summary>
    /// <exception cref="UsageException">The request contradicts itself, the pool or the newest round.</exception>
    public static void Check(RoundRequest request)
    {
        request.Check();
        try
        {
            _ = TrainPlan.Of(request.Training);
        }
        catch (Exception e) when (e is DataException or IOException or UnauthorizedAccessException)
        {
            // The pool may come, and a round says what is wrong.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        context.Progress.Say($"waiting for {request.MinNewLabels} new labels in {string.Join(' ', request.Labels)}");
        try
        {
            await WatchAsync(context.Stopping);
        }
        catch (OperationCanceledException) when (context.Stopping.IsCancellationRequested)
        {
            context.Progress.Say("stopped: nothing half-written was left behind");
        }
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        var (seen, handled) = (Look(), "");
        var since = context.Clock.GetTimestamp();
        while (true)
        {
            if (Look() is var now && now != seen)
            {
                (seen, since) = (now, context.Clock.GetTimestamp());
            }
            if (seen != handled && context.Clock.GetElapsedTime(since) >= quiet)
            {
                handled = seen;
                if (!await RunAsync())
                {
                    await Task.Delay(RetryAfter, context.Clock, stopping);
                    handled = "";
                }
            }
            await Task.Delay(request.Labels.Any(StorageAddress.IsRemote) ? ListEvery : LookEvery, context.Clock, stopping);
        }
    }

    /// <summary>Whether it went well; what did not is told, and tried again later.</summary>
    private async Task<bool> RunAsync()
    {
        try
        {
            var summary = await RoundRun.ExecuteAsync(request, context);
            foreach (var line in RoundCommand.Lines(summary))
            {
                context.Progress.Say(line);
            }
            if (summary.Labels > 0)
            {
                CommandContext.Summarise(summary);
            }
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (e is not (UsageException or DataException or IOException or UnauthorizedAccessException))
            {
                context.Log.UnexpectedFailure(e);
            }
            context.Progress.Say(FormattableString.Invariant($"no round: {e.Message.ReplaceLineEndings(" ")}; trying again in {RetryAfter.TotalSeconds} s"));
            return false;
        }
    }

    /// <summary>Names and versions of the label files; empty where there are none. Or why they cannot be seen.</summary>
    private string Look()
    {
        StoredFiles.Forget();
        try
        {
            return string.Join('\n', LabelFiles.Now(request.Labels).Select(f => f.Path).Order(StringComparer.Ordinal).Select(path => (path, version: StoredFiles.Version(path))).Where(f => f.version is not null).Select(f => $"{f.path} {f.version}"));
        }
        catch (Exception e) when (e is UsageException or DataException or IOException or UnauthorizedAccessException)
        {
            return e.Message; // A round is tried, and says what is wrong.
        }
    }
}

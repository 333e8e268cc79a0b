using Microsoft.Extensions.Hosting;
using ParquetPool.Commands;
using ParquetPool.Contract;

namespace ParquetPool.Trainer.Rounds;

/// <summary>Runs <see cref="RoundRun"/> whenever label files have come or changed and then been left alone; ends when the command is stopped.</summary>
/// <param name="quiet">How long files must have been left alone.</param>
public sealed class RoundService(RoundRequest request, TimeSpan quiet, CommandContext context) : BackgroundService
{
    /// <summary>Seconds.</summary>
    internal const double LongestQuiet = 86_400;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(60);

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
            await Task.Delay(LookEvery, context.Clock, stopping);
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
        catch (Exception e) when (e is DataException or IOException or UnauthorizedAccessException)
        {
            context.Progress.Say(FormattableString.Invariant($"no round: {e.Message.ReplaceLineEndings(" ")}; trying again in {RetryAfter.TotalSeconds} s"));
            return false;
        }
    }

    /// <summary>Names, sizes and times of the label files; empty where there are none.</summary>
    private string Look()
    {
        try
        {
            return string.Join('\n', LabelSheet.FilesNow(request.Labels).Select(path => new FileInfo(path)).Where(f => f.Exists)
                .Select(f => FormattableString.Invariant($"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // A folder went away while it was looked at.
        }
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ParquetPool.Commands;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Serving;

/// <summary>Lets the scheduler look around every second, and stops what goes on with the host.</summary>
internal sealed class JobService(JobScheduler scheduler, Deliverer deliverer, IHostApplicationLifetime host, TimeProvider clock, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var told = host.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken); // Where the page cannot be shown, nothing begins.
            scheduler.Ended += _ => TidyUp();
            using var timer = new PeriodicTimer(Every, clock);
            var isRecovered = false;
            do
            {
                // Not before what an earlier service left is taken up: it would be begun beside it.
                isRecovered = isRecovered || Goes(scheduler.Recover);
                _ = isRecovered && Goes(scheduler.Tick) && Goes(deliverer.Tick);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        await Task.WhenAll(scheduler.StopAsync(), deliverer.StopAsync());
    }

    /// <summary>A service allocates so little that the collector would come by once in hours: memory would grow until then.</summary>
    private static void TidyUp() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>Whether it went well; what did not is told, and comes again.</summary>
    private bool Goes(Action look)
    {
        try
        {
            look();
            return true;
        }
        catch (Exception e)
        {
            log.UnexpectedFailure(e);
            log.CannotLook(e.Message); // A full disk, or storage that is away: it may come back.
            return false;
        }
    }
}

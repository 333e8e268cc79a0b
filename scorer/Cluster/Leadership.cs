using Microsoft.Extensions.Logging;
using Npgsql;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Sees to it that one node of the cluster, and one only, decides which job runs when.</summary>
/// <remarks>
/// The lead is held for four check-ins by the database's clock and renewed every check-in. Three after it asked for the one that it was given last, a leader
/// is told to stop, whatever it waits for: it has a check-in to end before another can take the lead.
/// </remarks>
internal sealed class Leadership(ClusterStore store, string node, TimeSpan checkIn, TimeProvider clock, ILogger log)
{
    /// <summary>Waits for the lead, again and again, until told to stop.</summary>
    /// <param name="lead">What a leader does, until its token says that the lead is lost.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await TryAsync(stopping) is (true, var began))
            {
                log.Leads(node);
                await LeadAsync(lead, began, stopping);
                log.LeadsNoMore(node);
            }
            try
            {
                await Task.Delay(checkIn, clock, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, long began, CancellationToken stopping)
    {
        using var term = new CancellationTokenSource(Left(began), clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping, term.Token);
        var renewing = RenewAsync(term, over);
        try
        {
            await lead(over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The lead was lost, or the service stops.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException or Quartz.SchedulerException)
        {
            log.CannotLead(e.Message); // It may go better at the next try, or with another node.
        }
        over.Cancel();
        await renewing;
        try
        {
            using var limit = new CancellationTokenSource(checkIn, clock);
            await store.YieldAsync(node, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // Its time runs out.
        }
    }

    private async Task RenewAsync(CancellationTokenSource term, CancellationTokenSource over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(checkIn, clock, over.Token);
                var (given, asked) = await TryAsync(over.Token);
                if (given == true)
                {
                    term.CancelAfter(Left(asked));
                }
                else if (given == false)
                {
                    log.CannotLead("another leads");
                    over.Cancel();
                }
            }
        }
        catch (OperationCanceledException)
        {
            if (term.IsCancellationRequested)
            {
                log.CannotLead("the database has not answered for three check-ins");
            }
        }
    }

    /// <summary>Of the time to lead that was asked for then.</summary>
    private TimeSpan Left(long asked) => (3 * checkIn) - clock.GetElapsedTime(asked) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Takes or renews the lead.</summary>
    /// <returns>Whether it was given, null where the database did not say, and when it was asked for.</returns>
    private async Task<(bool? Given, long Asked)> TryAsync(CancellationToken stopping)
    {
        var asked = clock.GetTimestamp();
        try
        {
            using var late = new CancellationTokenSource(checkIn, clock);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
            return (await store.LeadAsync(node, 4 * checkIn, limit.Token), asked);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            return (null, asked);
        }
    }
}

using Microsoft.Extensions.Logging;
using Npgsql;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Sees to it that one node of the cluster, and one only, decides which job runs when.</summary>
/// <remarks>
/// The lead is held for four check-ins by the database's clock and renewed every check-in. A leader that could not renew it for three stops by itself,
/// before another can take it.
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
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewing = RenewAsync(began, over);
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

    private async Task RenewAsync(long renewed, CancellationTokenSource over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(checkIn, clock, over.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var (given, asked) = await TryAsync(over.Token);
            renewed = given == true ? asked : renewed;
            if (given == false || clock.GetElapsedTime(renewed) > 3 * checkIn)
            {
                log.CannotLead(given == false ? "another leads" : "the database has not answered for three check-ins");
                over.Cancel();
            }
        }
    }

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

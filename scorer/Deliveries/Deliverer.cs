using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>Delivers what runs left, again and again until it is there, also over a restart of the service.</summary>
internal sealed class Deliverer(JobList jobs, StateFolder state, TimeProvider clock, ILogger log) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentDictionary<(string Job, string Run), Task> going = new();
    private readonly CancellationTokenSource stop = new();

    /// <summary>Begins the deliveries that are due. To be called every second or so.</summary>
    public void Tick()
    {
        var now = clock.GetUtcNow();
        // Here, not where it ends: that may be before it is among these.
        foreach (var (run, _) in going.Where(delivery => delivery.Value.IsCompleted))
        {
            going.TryRemove(run, out _);
        }
        foreach (var job in jobs.Jobs.Where(job => job.Deliver.Count > 0))
        {
            foreach (var run in state.Runs(job.Name).Where(run => run.Deliveries.Any(d => d.IsDue(now)) && !going.ContainsKey((run.Job, run.Id))))
            {
                going[(run.Job, run.Id)] = Task.Run(() => DeliverAsync(job, run));
            }
        }
    }

    /// <summary>Ends when what goes on has ended.</summary>
    public Task Idle() => Task.WhenAll(going.Values);

    /// <summary>Stops deliveries; the next service begins them again.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Idle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        stop.Dispose();
    }

    private async Task DeliverAsync(Job job, JobRun run)
    {
        try
        {
            var after = new List<Delivery>();
            foreach (var delivery in run.Deliveries)
            {
                after.Add(delivery.IsDue(clock.GetUtcNow()) ? await DeliverAsync(job, run, delivery) : delivery);
            }
            state.Save(run with { Deliveries = after });
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.NotKept(run.Job, run.Id, e.Message);
        }
    }

    private async Task<Delivery> DeliverAsync(Job job, JobRun run, Delivery delivery)
    {
        try
        {
            if (!Directory.Exists(run.Out))
            {
                throw new DataException($"its output {run.Out} is gone: bring it back or run the job again");
            }
            var target = job.Deliver.FirstOrDefault(t => t.IsCalled(delivery.Target)) ?? throw new DataException("the jobs file no longer has this target");
            await target.DeliverAsync(run, http, clock.GetUtcNow(), stop.Token);
            log.Delivered(run.Job, run.Id, delivery.Target);
            return delivery with { Target = target.Name, Done = true, NotBefore = null, Message = null };
        }
        catch (Exception e) when (!stop.IsCancellationRequested) // Whatever it is: what is not kept would be tried every second.
        {
            log.NotDelivered(run.Job, run.Id, delivery.Target, e.Message);
            return delivery.Failed(e.Message, clock.GetUtcNow());
        }
    }
}

using Microsoft.ML.OnnxRuntime;
using ParquetPool.Errors;

namespace ParquetPool.Sessions;

/// <summary>Ends a run that takes too long, such as that of a model with an endless loop.</summary>
/// <remarks>Processor time counts, so that a busy machine ends no run.</remarks>
internal sealed class RunLimit : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private readonly TimeSpan? patience;
    private readonly Timer? timer;
    private volatile bool reached;

    public RunLimit(RunOptions options, TimeSpan? patience)
    {
        this.patience = patience;
        var start = Environment.CpuUsage.TotalTime;
        timer = patience is not { } limit ? null : new Timer(
            _ =>
            {
                if (Environment.CpuUsage.TotalTime - start > limit)
                {
                    reached = true;
                    options.Terminate = true;
                }
            },
            null, Glance, Glance);
    }

    /// <summary>What to say of a run that was ended; null of one that ended by itself.</summary>
    public DataException? Reached(long rows) =>
        reached ? new DataException($"the model takes more than {patience!.Value.TotalSeconds:N0} s for {rows} rows, expected less: it has an endless loop, or one with too many turns") : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (timer?.Dispose(ended) == true)
        {
            ended.WaitOne(); // The options are disposed next.
        }
    }
}

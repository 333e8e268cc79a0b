using Microsoft.ML.OnnxRuntime;
using ParquetPool.Commands;

namespace ParquetPool.Sessions;

/// <summary>Ends a run that takes too long, such as that of a model with an endless loop.</summary>
internal sealed class RunLimit : IDisposable
{
    private readonly TimeSpan? patience;
    private readonly Timer? timer;
    private volatile bool reached;

    public RunLimit(RunOptions options, TimeSpan? patience)
    {
        this.patience = patience;
        timer = patience is not { } limit ? null : new Timer(
            _ =>
            {
                reached = true;
                options.Terminate = true;
            },
            null, limit, Timeout.InfiniteTimeSpan);
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

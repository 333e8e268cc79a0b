using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Quartz's warnings and errors as lines of our log: what happened and the first cause, without pages of trace.</summary>
internal sealed class QuartzLog(ILogger log) : ILoggerProvider, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            log.QuartzWarns(formatter(state, exception), exception?.GetBaseException().Message ?? "");
            log.QuartzFailure(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The log is another's.
    }
}

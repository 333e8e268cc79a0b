using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Tests;

/// <summary>A log that can be read.</summary>
internal sealed class HeardLog : ILogger
{
    /// <summary>Such as <c>Warning: 3 rows are selected</c>.</summary>
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}

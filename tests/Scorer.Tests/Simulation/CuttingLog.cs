using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A log that is called at each line: what a program writes before and after it may be cut apart there.</summary>
internal sealed class CuttingLog(Action line) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => line();
}

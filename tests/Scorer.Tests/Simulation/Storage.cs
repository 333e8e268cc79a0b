using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A folder that can be away, so that all that is written fails. In memory where the system has such a place.</summary>
internal sealed class Storage : IDisposable
{
    private readonly string root = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"parquetpool-{Guid.NewGuid():N}");

    public string Folder => Path.Combine(root, "here");

    public bool IsAway => File.Exists(Folder);

    public Storage() => Directory.CreateDirectory(Folder);

    /// <summary>A file takes its place: nothing below can be read or written.</summary>
    public void TakeAway()
    {
        if (!IsAway)
        {
            Directory.Move(Folder, Folder + ".away");
            File.WriteAllText(Folder, "");
        }
    }

    public void BringBack()
    {
        if (IsAway)
        {
            File.Delete(Folder);
            Directory.Move(Folder + ".away", Folder);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}

/// <summary>A log that is called at each line: what a program writes before and after it may be cut apart there.</summary>
internal sealed class CuttingLog(Action line) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => line();
}

namespace ParquetPool.Tests;

/// <summary>A clock that the test moves. Its stopwatch runs on when its wall time jumps, as a machine's does.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private TimeSpan elapsed;

    public DateTimeOffset Now { get; private set; } = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => elapsed.Ticks;

    public void Advance(TimeSpan span) => (Now, elapsed) = (Now + span, elapsed + span);

    public void Set(DateTimeOffset time) => Now = time;
}

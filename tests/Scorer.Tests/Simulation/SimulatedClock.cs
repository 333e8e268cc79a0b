namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>The clock of a <see cref="Machine"/>: its wall time may jump, its stopwatch and timers go as the <see cref="World"/> does.</summary>
internal sealed class SimulatedClock(World world, Machine machine, DateTimeOffset start) : TimeProvider
{
    private TimeSpan jumped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + world.Elapsed + jumped;

    public override long GetTimestamp() => world.Elapsed.Ticks;

    public void Jump(TimeSpan span) => jumped += span;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(world, machine, () => callback(state), dueTime, period);

    private sealed class Timer : ITimer
    {
        private readonly World world;
        private readonly Machine machine;
        private readonly Action callback;
        private long version;

        public Timer(World world, Machine machine, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            (this.world, this.machine, this.callback) = (world, machine, callback);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++version;
            if (dueTime >= TimeSpan.Zero)
            {
                world.After(dueTime, machine, () => Fire(mine, period));
            }
            return true;
        }

        public void Dispose() => version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(long mine, TimeSpan period)
        {
            if (mine != version)
            {
                return;
            }
            if (period > TimeSpan.Zero)
            {
                world.After(period, machine, () => Fire(mine, period));
            }
            callback();
        }
    }
}

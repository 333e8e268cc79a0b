using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A world in which nothing happens by itself: one seed decides what goes on next, and time passes only where nothing can.</summary>
/// <remarks>One thread. What a <see cref="Machine"/> does is queued here; of all that could go on, a drawn one does.</remarks>
internal sealed class World(ulong seed, uint history)
{
    private readonly PhiloxStream random = new(seed, history);
    private readonly List<(Machine Machine, Action Work)> ready = [];
    private readonly PriorityQueue<(Machine? Machine, Action Work), (long Due, long Number)> timers = new();
    private const int MostSteps = 2_000_000; // Far more than a history takes: what goes on and on while no time passes ends here.
    private long numbers;
    private int steps;

    /// <summary>Since the beginning, without jumps.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Even over 0 .. <paramref name="count"/> - 1.</summary>
    public int Below(int count) => random.Below(count);

    public bool Chance(double share) => random.Uniform() < share;

    /// <summary>Between two spans.</summary>
    public TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + ((most - least) * random.Uniform()));

    public void Add(Machine machine, Action work) => ready.Add((machine, work));

    /// <summary>Lets something happen later, also where a machine has died: what comes from outside.</summary>
    public void After(TimeSpan span, Action work) => After(span, null, work);

    public void After(TimeSpan span, Machine? machine, Action work) => timers.Enqueue((machine, work), ((Elapsed + span).Ticks, numbers++));

    /// <summary>Goes on until something holds.</summary>
    /// <returns>Whether it came to that in time.</returns>
    public bool RunUntil(Func<bool> holds, TimeSpan limit)
    {
        var end = Elapsed + limit;
        while (!holds())
        {
            if (++steps > MostSteps)
            {
                throw new InvalidOperationException($"goes on without time: {string.Join(", ", ready.Select(item => item.Work.Target))} at {Elapsed}");
            }
            ready.RemoveAll(item => item.Machine.IsDead);
            var awake = ready.FindAll(item => item.Machine.IsAwake);
            if (awake.Count > 0)
            {
                var next = awake[random.Below(awake.Count)];
                ready.Remove(next);
                next.Work();
            }
            else if (timers.TryDequeue(out var timer, out var due))
            {
                if (due.Due > end.Ticks)
                {
                    timers.Enqueue(timer, due);
                    return false;
                }
                Elapsed = TimeSpan.FromTicks(Math.Max(due.Due, Elapsed.Ticks));
                if (timer.Machine is { IsAwake: false, IsDead: false })
                {
                    timers.Enqueue(timer, ((Elapsed + TimeSpan.FromSeconds(0.1)).Ticks, numbers++)); // Its time passes, it does not know.
                }
                else if (timer.Machine is not { IsDead: true })
                {
                    timer.Work();
                }
            }
            else
            {
                return false;
            }
        }
        return true;
    }
}

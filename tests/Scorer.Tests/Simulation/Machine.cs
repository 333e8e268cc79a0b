namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A process of a <see cref="World"/>: the tasks that run on it, and its clock. It can be killed and, like a machine that hangs, put to sleep.</summary>
internal sealed class Machine : TaskScheduler
{
    private readonly World world;

    public Machine(World world, DateTimeOffset start)
    {
        this.world = world;
        Clock = new SimulatedClock(world, this, start);
    }

    public SimulatedClock Clock { get; }

    public bool IsDead { get; private set; }

    public bool IsAwake { get; set; } = true;

    public void Kill() => IsDead = true;

    /// <summary>Begins something on this machine.</summary>
    public Task Start(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    protected override void QueueTask(Task task)
    {
        if (!IsDead)
        {
            world.Add(this, () => TryExecuteTask(task));
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}

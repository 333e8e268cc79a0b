using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>What PostgreSQL holds of a cluster, in memory: its tasks, who leads, and what Quartz has offered and begun.</summary>
internal sealed class Database(World world)
{
    public Dictionary<(string Run, string Task), Row> Tasks { get; } = [];

    public List<Offer> Offers { get; } = [];

    public Dictionary<string, TimeSpan> CheckedIn { get; } = [];

    /// <summary>[run, task]: how often it ended well.</summary>
    public Dictionary<(string Run, string Task), int> Ends { get; } = [];

    public bool IsAway { get; set; }

    public (string Holder, TimeSpan Until) Lease { get; set; } = ("", TimeSpan.Zero);

    public TimeSpan Now => world.Elapsed;

    /// <summary>A row of <c>scorer_tasks</c>.</summary>
    internal sealed class Row(ClusterTask task)
    {
        public ClusterTask Task { get; set; } = task;

        public string State { get; set; } = "waiting";

        public RunOutcome? Outcome { get; set; }
    }

    /// <summary>A trigger of Quartz.</summary>
    internal sealed class Offer(string run, string task)
    {
        public (string Run, string Task) Key { get; } = (run, task);

        /// <summary>Who has taken it; null for nobody.</summary>
        public string? Node { get; set; }

        public TimeSpan TakenAt { get; set; }

        /// <summary>Whether the node knows that it has.</summary>
        public bool IsBegun { get; set; }
    }
}

namespace ParquetPool.Scorer.Jobs;

/// <summary>What <c>scorer serve</c> is asked to do.</summary>
/// <param name="Jobs">The jobs file.</param>
/// <param name="State">The folder in which the service keeps what it knows.</param>
public sealed record ServeOptions(string Jobs, string State)
{
    /// <summary>Runs at the same time.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>How often new rounds and shards are looked for.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);
}

using System.Net;
using ParquetPool.Scorer.Cluster;

namespace ParquetPool.Scorer.Serving;

/// <summary>What <c>scorer serve</c> is asked to do.</summary>
/// <param name="Jobs">The jobs file.</param>
/// <param name="State">The folder in which the service keeps what it knows.</param>
internal sealed record ServeOptions(string Jobs, string State)
{
    /// <summary>Runs at the same time.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>How often new rounds and shards are looked for.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the status page is; port 0 for any that is free.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8400);

    /// <summary>The database of the cluster of which this service is a node; null for a service by itself.</summary>
    public ClusterAddress? Cluster { get; init; }

    /// <summary>How often a node of a cluster says that it lives.</summary>
    public TimeSpan CheckIn { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A file whose first line opens the status page; null where the page is of this machine only.</summary>
    public string? TokenFile { get; init; }
}

namespace ParquetPool.Scorer.Cluster;

/// <summary>What is offered to all nodes of a cluster: Quartz in a service, a list in simulations.</summary>
internal interface ITaskOffers
{
    /// <summary>Offers a task to all nodes.</summary>
    Task ScheduleAsync(string run, string task, CancellationToken stopping);

    /// <summary>Takes back what was offered of a run that is over.</summary>
    Task ForgetAsync(string run, CancellationToken stopping);
}

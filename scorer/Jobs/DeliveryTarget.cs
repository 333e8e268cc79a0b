namespace ParquetPool.Scorer.Jobs;

/// <summary>Where the output of a run is delivered when it has succeeded.</summary>
/// <param name="Name">For people, and in the record of a run.</param>
internal abstract record DeliveryTarget(string Name)
{
    /// <summary>Whether a run's record means this target.</summary>
    public virtual bool IsCalled(string name) => name == Name;

    /// <summary>Delivers the output. It may have been delivered already: that must do no harm.</summary>
    /// <exception cref="IOException">It could not.</exception>
    /// <exception cref="HttpRequestException">It could not.</exception>
    /// <exception cref="Errors.DataException">It could not.</exception>
    public abstract Task DeliverAsync(JobRun run, HttpClient http, DateTimeOffset now, CancellationToken stopping);
}

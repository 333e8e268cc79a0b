namespace ParquetPool.Scorer.Jobs;

/// <summary>How far the delivery of a run's output to one target is.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Done">Whether it is there.</param>
/// <param name="Attempts">That failed.</param>
/// <param name="NotBefore">The next attempt does not begin earlier.</param>
/// <param name="Message">Why the last attempt failed.</param>
internal sealed record Delivery(string Target, bool Done = false, int Attempts = 0, DateTimeOffset? NotBefore = null, string? Message = null)
{
    /// <summary>With the delays of <see cref="Delay"/> these take about a day.</summary>
    private const int MostAttempts = 32;

    /// <summary>Whether there will be another attempt.</summary>
    public bool IsOpen() => !Done && Attempts < MostAttempts;

    /// <summary>After an attempt that failed.</summary>
    public Delivery Failed(string message, DateTimeOffset now) => this with { Attempts = Attempts + 1, NotBefore = now + Delay(Attempts + 1), Message = message };

    /// <summary>Whether it is time; a time further ahead than its delay is the work of a clock that was set back.</summary>
    public bool IsDue(DateTimeOffset now) => IsOpen() && (NotBefore is not { } time || time <= now || time - now > Delay(Attempts));

    /// <summary>Ten seconds, twice as long each time, up to an hour.</summary>
    private static TimeSpan Delay(int attempts) => TimeSpan.FromSeconds(Math.Min(10 * Math.Pow(2, attempts - 1), 3600));
}

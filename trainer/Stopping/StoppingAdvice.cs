using System.Globalization;

namespace ParquetPool.Trainer.Stopping;

/// <summary>Whether more labels pay, in one sentence.</summary>
internal static class StoppingAdvice
{
    /// <summary>From here on, as a mean over <see cref="Rounds"/>, predictions have settled: Bloodgood and Vijay-Shanker (2009), section 4.</summary>
    public const double SettledKappa = 0.99;

    public const int Rounds = 3;

    /// <summary>A wider interval says nothing.</summary>
    private const double MostUnsure = 0.5;

    /// <param name="gain">Null where too few rounds are known.</param>
    /// <param name="agreements">Of each round with the one before, the last one last.</param>
    public static string Of(ExpectedGain? gain, IReadOnlyList<Agreement> agreements)
    {
        if (gain is null)
        {
            return $"Too early to say whether more labels pay: it takes {ExpectedGain.LeastPoints} rounds.";
        }
        if (gain.High - gain.Low > MostUnsure)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Too early to say whether more labels pay: so few rows are held out that what {ExpectedGain.Ahead} more would bring is known to within {50 * (gain.High - gain.Low):0} points only.");
        }
        var expected = string.Create(CultureInfo.InvariantCulture, $"{100 * gain.Value:+0.0;-0.0;0.0} points of accuracy [{100 * gain.Low:+0.0;-0.0;0.0}, {100 * gain.High:+0.0;-0.0;0.0}]");
        var isSettled = agreements.Count >= Rounds && agreements.TakeLast(Rounds).Average(a => a.Kappa) >= SettledKappa;
        var changed = agreements.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; the last round changed {100 * agreements[^1].Changed:0.0}% of the predictions");
        return gain.Low > 0 ? $"Go on: {ExpectedGain.Ahead} more labels are expected to bring {expected}{changed}."
            : gain.High < 0 ? $"Do not go on as before: accuracy falls with more labels ({ExpectedGain.Ahead} more: {expected}){changed}. Look at disagreements.csv and at the newest labels first: they contradict the earlier ones, or rows of another kind came in."
            : isSettled ? $"Stop: predictions have settled, and {ExpectedGain.Ahead} more labels bring no gain that could be measured ({expected})."
            : gain.Value > 0 ? $"Go on for now: {ExpectedGain.Ahead} more labels are expected to bring {expected}, which may be nothing, but predictions have not settled yet{changed}."
            : $"No gain is in sight ({ExpectedGain.Ahead} more labels: {expected}), but predictions have not settled yet{changed}: label one more query, and stop if the round after it is no better either.";
    }
}

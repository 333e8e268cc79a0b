namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Brings guesses to the frequencies of the classes among the labels: distribution alignment (Berthelot et al. 2020, section 3.1). Not for two threads at a time.</summary>
/// <remarks>
/// A guess is multiplied by label frequency over the running mean of guesses, class by class, and scaled to a sum of 1. The labels' frequencies are smoothed by
/// Laplace's rule: labels that a query chose tell less of the pool the fewer they are.
/// </remarks>
internal sealed class Alignment
{
    /// <summary>A mean of about the last hundred steps.</summary>
    private const double MeanKept = 0.99;

    private readonly double[] wanted;
    private readonly RunningMean[] guessed;

    /// <param name="labels">Classes of the labelled rows.</param>
    public Alignment(IEnumerable<int> labels, int classes)
    {
        (wanted, guessed) = (new double[classes], new RunningMean[classes]);
        int[] all = [.. labels];
        for (var c = 0; c < classes; c++)
        {
            wanted[c] = (all.Count(label => label == c) + 1.0) / (all.Length + classes);
            guessed[c] = new RunningMean(MeanKept);
        }
    }

    /// <param name="guesses">[row][class]: probabilities, before they are aligned.</param>
    public float[][] Of(float[][] guesses)
    {
        var factors = new double[wanted.Length];
        for (var c = 0; c < factors.Length; c++)
        {
            factors[c] = wanted[c] / Math.Max(1e-6, guessed[c].Follow(guesses.Average(guess => guess[c])));
        }
        return Array.ConvertAll(guesses, guess =>
        {
            var sum = guess.Zip(factors, (value, factor) => value * factor).Sum();
            return sum > 0 ? [.. guess.Zip(factors, (value, factor) => (float)(value * factor / sum))] : guess;
        });
    }
}

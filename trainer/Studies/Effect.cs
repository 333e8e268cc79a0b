using System.Globalization;
using ParquetPool.Statistics;

namespace ParquetPool.Trainer.Studies;

/// <summary>What one thing brings over another, all else alike, over the same seeds.</summary>
/// <param name="Gain">Of the accuracy on the test rows, a share: the mean over the seeds.</param>
/// <param name="Interval">Of that mean, over other seeds and so other labelled rows; null of one seed.</param>
internal sealed record Effect(double Gain, Interval? Interval, int Seeds)
{
    /// <param name="pairs">[pair]: accuracies by seed, with the one and with the other; the mean of the pairs is taken.</param>
    public static Effect Of(IReadOnlyList<(IReadOnlyList<double> With, IReadOnlyList<double> Without)> pairs)
    {
        double[] gains = [.. Enumerable.Range(0, pairs[0].With.Count).Select(seed => pairs.Average(pair => pair.With[seed] - pair.Without[seed]))];
        return new Effect(gains.Average(), Interval.OfMean(gains), gains.Length);
    }

    /// <summary>1 where it helps, -1 where it hurts, 0 where the interval holds 0 or there is none.</summary>
    internal int Sign => Interval is null ? 0 : Interval.Low > 0 ? 1 : Interval.High < 0 ? -1 : 0;

    /// <summary>In points of accuracy, with the interval.</summary>
    internal string Points => Signed(Gain) + (Interval is { } of ? $" [{Signed(of.Low)}, {Signed(of.High)}]" : "");

    /// <summary>In words.</summary>
    internal string Verdict => Sign switch
    {
        1 => $"helps by {Points} points",
        -1 => $"hurts by {Points} points",
        _ when Interval is null => $"{Points} points with one seed, which is no verdict: it takes two or more",
        _ => $"makes no difference that {Seeds} seeds can tell, {Points} points",
    };

    private static string Signed(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Studies;

/// <summary>What one thing brings over another, all else alike, over the same seeds.</summary>
/// <param name="Gain">Of the accuracy on the test rows, a share; the interval says what other draws of these seeds give.</param>
internal sealed record Effect(Estimate Gain, int Seeds)
{
    /// <param name="pairs">[pair]: accuracies by seed, with the one and with the other; the mean of the pairs is taken.</param>
    public static Effect Of(IReadOnlyList<(IReadOnlyList<double> With, IReadOnlyList<double> Without)> pairs) => new(
        SeedResampling.Of(pairs[0].With.Count, seeds => pairs.Average(pair => seeds.Average(seed => pair.With[seed] - pair.Without[seed]))), pairs[0].With.Count);

    /// <summary>1 where it helps, -1 where it hurts, 0 where the interval holds 0.</summary>
    public int Sign => Gain.Low > 0 ? 1 : Gain.High < 0 ? -1 : 0;

    /// <summary>In points of accuracy, with the interval.</summary>
    public string Points => string.Create(CultureInfo.InvariantCulture, $"{100 * Gain.Value:+0.0;-0.0;0.0} [{100 * Gain.Low:+0.0;-0.0;0.0}, {100 * Gain.High:+0.0;-0.0;0.0}]");

    /// <summary>In words; of few seeds it is no verdict.</summary>
    public string Verdict => Comparison.OfSeeds(Sign switch { 1 => $"helps by {Points} points", -1 => $"hurts by {Points} points", _ => $"makes no difference that can be told, {Points} points" }, Seeds);
}

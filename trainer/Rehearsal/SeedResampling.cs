using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>What other draws of the seeds would give: they are drawn with replacement (Efron 1979, percentile interval).</summary>
internal static class SeedResampling
{
    private const int Resamples = 2000;

    /// <summary>A number of all seeds, and the middle 95 % of what it is of the draws, which are the same for all numbers.</summary>
    /// <param name="seeds">How many there are.</param>
    /// <param name="of">Given the places of seeds, some of them several times.</param>
    public static Estimate Of(int seeds, Func<IReadOnlyList<int>, double> of)
    {
        var draws = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var draw = new PhiloxStream(0, Purpose.SeedResamples, (uint)resample);
            draws[resample] = of([.. Enumerable.Range(0, seeds).Select(_ => draw.Below(seeds))]);
        }
        var middle = Interval.MiddleOf(draws);
        return new Estimate(of([.. Enumerable.Range(0, seeds)]), middle.Low, middle.High);
    }
}

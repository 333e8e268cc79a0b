using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>A number and the middle 95 % of what other draws of the seeds give.</summary>
internal sealed record Estimate(double Value, double Low, double High);

/// <summary>A strategy against random choice, over the same seeds.</summary>
/// <param name="MeanAccuracy">Over the labels from first to last: the area under the curve over its width.</param>
/// <param name="Gain">Of the mean accuracy over random's.</param>
/// <param name="Saved">
/// Share of the labels saved: 1 − labels needed / labels random needs, both for random's final accuracy. Where the strategy does not get
/// there it is negative: the share that random saves against it, for the strategy's final accuracy. Labels are those bought in all,
/// the initial ones too.
/// </param>
/// <param name="LabelsFor">[level]; the labels needed for the accuracies of <see cref="Levels"/>; null where one is not reached.</param>
/// <param name="Spread">How evenly the bought labels fall on the classes: entropy over its maximum, in [0, 1].</param>
/// <param name="Drops">Queries of a run after which accuracy fell by more than 0.3 points: the mean over the runs.</param>
internal sealed record Comparison(
    string Strategy, double FinalAccuracy, double FinalMacroF1, double FinalLoss, double FinalCalibrationError, double MeanAccuracy, Estimate Gain, Estimate Saved, IReadOnlyList<double?> LabelsFor, double Spread, double Drops)
{
    private const double Drop = 0.003;
    private const int Resamples = 2000;

    /// <summary>Runs with other seeds that make a verdict.</summary>
    public const int EnoughSeeds = 5;

    /// <summary>The name of what it is compared with.</summary>
    public string Baseline { get; init; } = Rehearsal.Strategy.Random;

    public const string Labels = "labels";

    /// <summary>To yes/no questions.</summary>
    public const string Answers = "answers";

    /// <summary>What is counted.</summary>
    public string Unit { get; init; } = Labels;

    internal bool IsBaseline => Strategy == Baseline;

    /// <summary>Whether it looks at labels that nobody has given.</summary>
    internal bool KnowsLabels { get; init; }

    /// <summary>The calibration error by temperatures, where all runs have one; else null.</summary>
    public double? FinalCalibratedError { get; init; }

    /// <summary>Runs of the strategy.</summary>
    public int Seeds { get; init; } = EnoughSeeds;

    /// <summary>One sentence for it.</summary>
    public string Verdict => IsBaseline ? "the baseline"
        : Seeds < EnoughSeeds ? $"{Finding}, which over {Seeds} {(Seeds == 1 ? "seed" : "seeds")} is no verdict: it takes {EnoughSeeds}"
        : Finding;

    private string Finding =>
        Saved.Low > 0 ? Invariant($"saves {Saved.Value:P0} of the {Unit} [{Saved.Low:P0}, {Saved.High:P0}]")
        : Saved.High < 0 ? Invariant($"worse than {Baseline}, which needs {-Saved.Value:P0} fewer {Unit} [{-Saved.High:P0}, {-Saved.Low:P0}]")
        : Invariant($"no better than {Baseline} [{Saved.Low:P0}, {Saved.High:P0}]");

    /// <summary>Accuracies of random choice with a quarter, a half, three quarters and all of the labels that are bought.</summary>
    public static IReadOnlyList<double> Levels(IReadOnlyList<Run> random)
    {
        var curve = new IsotonicCurve([.. random[0].Points.Select(p => p.Labels)], Mean(random, [.. Enumerable.Range(0, random.Count)]));
        return [.. Enumerable.Range(1, 4).Select(quarter => curve[(random[0].Points.Count - 1) * quarter / 4])];
    }

    /// <param name="runs">Of one strategy.</param>
    /// <param name="random">Of random choice, learnt from in the first way there is, with the same seeds in the same order.</param>
    /// <param name="classesBought">[class]; rows of each class bought, over all runs.</param>
    /// <remarks>Seeds are drawn with replacement, the same for both (Efron 1979, percentile interval).</remarks>
    public static Comparison Of(IReadOnlyList<Run> runs, IReadOnlyList<Run> random, IReadOnlyList<long> classesBought)
    {
        int[] all = [.. Enumerable.Range(0, runs.Count)];
        var labels = runs[0].Points.Select(p => p.Labels).ToArray();
        var (gains, saved) = (new double[Resamples], new double[Resamples]);
        for (var resample = 0; resample < Resamples; resample++)
        {
            var draw = new PhiloxStream(0, Purpose.SeedResamples, (uint)resample);
            int[] drawn = [.. all.Select(_ => draw.Below(all.Length))];
            (gains[resample], saved[resample]) = (Gain(drawn), SavedBy(drawn));
        }
        var curve = new IsotonicCurve(labels, Mean(runs, all));
        double LastMean(Func<TestScore, double> of) => runs.Average(r => of(r.Points[^1].Test));
        return new Comparison(
            Strategy: runs[0].Strategy,
            FinalAccuracy: LastMean(t => t.Accuracy),
            FinalMacroF1: LastMean(t => t.MacroF1),
            FinalLoss: LastMean(t => t.Loss),
            FinalCalibrationError: LastMean(t => t.CalibrationError),
            MeanAccuracy: Area(Mean(runs, all)),
            Gain: Estimated(Gain(all), gains),
            Saved: Estimated(SavedBy(all), saved),
            LabelsFor: [.. Levels(random).Select(curve.LabelsFor)],
            Spread: Evenness(classesBought),
            Drops: runs.Average(DropsOf))
        { Seeds = runs.Count, FinalCalibratedError = runs.Select(r => r.Points[^1].Test.CalibratedError).Aggregate((double?)0, (sum, error) => sum + (error / runs.Count)), Baseline = random[0].Strategy, KnowsLabels = runs[0].Strategy.StartsWith(Rehearsal.Strategy.IdealLoss, StringComparison.Ordinal) };

        double Gain(int[] seeds) => Area(Mean(runs, seeds)) - Area(Mean(random, seeds));

        double SavedBy(int[] seeds)
        {
            var (ours, theirs) = (new IsotonicCurve(labels, Mean(runs, seeds)), new IsotonicCurve(labels, Mean(random, seeds)));
            return ours.LabelsFor(theirs.Final) is { } needed
                ? 1 - (needed / theirs.LabelsFor(theirs.Final)!.Value)
                : (theirs.LabelsFor(ours.Final)!.Value / ours.LabelsFor(ours.Final)!.Value) - 1;
        }
    }

    /// <summary>[point]: the mean accuracy of the runs of some seeds.</summary>
    internal static double[] Mean(IReadOnlyList<Run> runs, IReadOnlyList<int> seeds) =>
        [.. Enumerable.Range(0, runs[0].Points.Count).Select(point => seeds.Average(seed => runs[seed].Points[point].Test.Accuracy))];

    /// <summary>By the trapezoid rule; points are equally far apart but for a last, shorter query, which counts as the others do.</summary>
    private static double Area(double[] curve) => curve.Length == 1 ? curve[0] : (curve.Sum() - ((curve[0] + curve[^1]) / 2)) / (curve.Length - 1);

    private static int DropsOf(Run run) => run.Points.Zip(run.Points.Skip(1)).Count(query => query.First.Test.Accuracy - query.Second.Test.Accuracy > Drop);

    private static double Evenness(IReadOnlyList<long> counts)
    {
        double all = counts.Sum();
        return counts.Where(c => c > 0).Sum(c => -c / all * Math.Log(c / all)) / Math.Log(counts.Count);
    }

    private static Estimate Estimated(double value, double[] draws)
    {
        var middle = Interval.MiddleOf(draws);
        return new Estimate(value, middle.Low, middle.High);
    }

    private static string Invariant(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);
}

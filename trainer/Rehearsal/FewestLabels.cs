using System.Globalization;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Which of the strategies and ways of learning needs the fewest labels, or answers, for what the baseline has in the end.</summary>
/// <param name="Strategy">Its name; the baseline's where none needs fewer.</param>
/// <param name="Labels">That it needs, initial ones included.</param>
/// <param name="Accuracy">That it reaches with them.</param>
/// <param name="Baseline">The baseline's name.</param>
/// <param name="BaselineLabels">That the baseline needs.</param>
internal sealed record FewestLabels(string Strategy, int Labels, double Accuracy, string Baseline, int BaselineLabels)
{
    /// <summary>What is counted.</summary>
    public string Unit { get; init; } = Comparison.Labels;

    /// <summary>Of comparisons, the baseline's first.</summary>
    /// <param name="accuracy">The last of the levels that they tell labels for.</param>
    public static FewestLabels Of(IReadOnlyList<Comparison> all, double accuracy)
    {
        // The baseline reaches its own level; a strategy that looks at labels is no way to choose.
        var least = all.Where(c => c.LabelsFor[^1] is not null && !c.KnowsLabels).MinBy(c => c.LabelsFor[^1]) ?? all[0];
        return new FewestLabels(least.Strategy, Labels(least), accuracy, all[0].Strategy, Labels(all[0])) { Unit = all[0].Unit };

        static int Labels(Comparison c) => (int)Math.Ceiling(c.LabelsFor[^1] ?? 0);
    }

    /// <summary>It in one sentence.</summary>
    public string Text => Strategy == Baseline
        ? string.Create(CultureInfo.InvariantCulture, $"none needs fewer {Unit} than {Baseline}, which has {100 * Accuracy:F1}% with {BaselineLabels:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{Strategy} needs the fewest {Unit} for {100 * Accuracy:F1}%: {Labels:N0}, where {Baseline} needs {BaselineLabels:N0}");
}

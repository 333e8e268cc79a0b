using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>How a rehearsal chooses its queries.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Selection">A strategy of <c>scorer select</c>, or one of <see cref="IdealLoss"/> and <see cref="LowestIdealLoss"/>.</param>
/// <param name="By">The score it goes by; null for the strategy's own choice.</param>
/// <param name="Single">Whether scores come from a single prediction with dropout off, not from a committee.</param>
/// <param name="Unique">Whether near-duplicates of labelled and chosen rows are held back.</param>
/// <param name="Frozen">Whether batch normalisation stops learning after the initial labels.</param>
internal sealed record Strategy(string Name, string Selection, string? By, bool Single, bool Unique, bool Frozen)
{
    /// <summary>What every strategy is compared with.</summary>
    public const string Random = "random";

    /// <summary>The rows with the highest true loss first: what a perfect prediction of the loss would choose.</summary>
    public const string IdealLoss = "ideal-loss";

    /// <summary>The rows with the lowest true loss first.</summary>
    public const string LowestIdealLoss = "ideal-loss-low";

    /// <summary>Yes/no questions about classes and super-classes, by what their answers are worth; see <see cref="QuestionValues"/>.</summary>
    public const string Questions = "questions";

    private const string FirstSuffix = "-first";

    private static readonly string[] Modifiers = ["single", "unique", "frozen", "typiclust" + FirstSuffix, "coreset" + FirstSuffix];

    /// <summary>The strategy of <c>scorer select</c> that chooses the first labels, before there is a model; null for the same random rows for all.</summary>
    public string? First { get; init; }

    private const char Modifier = '+';
    private const char Score = ':';

    /// <summary>Whether labels are looked at that a labelling team has not given: possible in a rehearsal only.</summary>
    public bool KnowsLabels => Selection is IdealLoss or LowestIdealLoss;

    /// <summary>Whether it asks yes or no, and not for the class.</summary>
    public bool AsksQuestions => Selection == Questions;

    /// <summary>What questions are chosen by.</summary>
    public QuestionMeasure Measure => QuestionMeasures.Of(By) ?? QuestionMeasure.Entropy;

    /// <summary>Whether it goes by what the model predicts a row's loss to be.</summary>
    public bool NeedsPredictedLoss => By == ScoreColumn.PredictedLoss.Name;

    /// <summary>Reads <c>NAME[:SCORE][+single][+unique][+frozen][+typiclust-first]</c>; a score's name alone means the rows where it is most uncertain.</summary>
    /// <exception cref="UsageException">There is no such strategy, score or modifier, or they contradict each other.</exception>
    public static Strategy Parse(string text)
    {
        var parts = text.Split(Modifier);
        var (name, by) = parts[0].Split(Score) is [var first, var second] ? (first, second) : (parts[0], null);
        var strategy = new Strategy(text, name, by, parts.Contains("single"), parts.Contains("unique"), parts.Contains("frozen"))
        {
            First = parts.Skip(1).FirstOrDefault(p => p.EndsWith(FirstSuffix, StringComparison.Ordinal)) is { } opening ? opening[..^FirstSuffix.Length] : null,
        };
        if (parts.Skip(1).FirstOrDefault(p => !Modifiers.Contains(p)) is { } unknown)
        {
            throw new UsageException($"--strategies {text}: '{unknown}' is no modifier, expected one of {string.Join(", ", Modifiers)}");
        }
        if (strategy.KnowsLabels)
        {
            return by is null && !strategy.Single && !strategy.Unique ? strategy : throw new UsageException($"--strategies {text}: {name} takes neither a score nor +single or +unique");
        }
        if (strategy.AsksQuestions)
        {
            return !strategy.Unique && QuestionMeasures.Of(by) is { } measure && !(strategy.Single && measure == QuestionMeasure.Bald) ? strategy
                : throw new UsageException($"--strategies {text}: questions are chosen by one of {string.Join(", ", QuestionMeasures.Names)} (bald by a committee alone), without +unique: take {Questions}");
        }
        if (by is null && name != Random && ScoreColumn.Rankings.Any(c => c.Name == name))
        {
            strategy = strategy with { Selection = "top", By = name };
        }
        if (!ResidentQuery.Strategies.Contains(strategy.Selection))
        {
            var scores = ScoreColumn.Rankings.Select(c => c.Name);
            throw new UsageException($"--strategies {text}: '{name}' is no strategy, expected one of {string.Join(", ", scores.Union(ResidentQuery.Strategies).Append(IdealLoss).Append(LowestIdealLoss).Append(Questions))}");
        }
        return ResidentQuery.NeedsCommittee(strategy.Selection, strategy.By) && strategy.Single
            ? throw new UsageException($"--strategies {text}: {name} is made by a committee, +single has none: take one of least_confidence, margin, entropy")
            : strategy;
    }
}

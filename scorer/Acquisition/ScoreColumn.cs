using ParquetPool.Errors;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>A score of a row: its column's name, and which end of it is asked about first.</summary>
/// <param name="NeedsCommittee">Whether a single prediction cannot give it.</param>
internal sealed record ScoreColumn(string Name, bool HighFirst, bool NeedsCommittee)
{
    public static readonly ScoreColumn LeastConfidence = new("least_confidence", HighFirst: true, NeedsCommittee: false);
    public static readonly ScoreColumn Margin = new("margin", HighFirst: false, NeedsCommittee: false);
    public static readonly ScoreColumn Entropy = new("entropy", HighFirst: true, NeedsCommittee: false);
    public static readonly ScoreColumn ExpectedEntropy = new("expected_entropy", HighFirst: true, NeedsCommittee: true);
    public static readonly ScoreColumn Bald = new("bald", HighFirst: true, NeedsCommittee: true);
    public static readonly ScoreColumn VariationRatio = new("variation_ratio", HighFirst: true, NeedsCommittee: true);
    public static readonly ScoreColumn MeanStd = new("mean_std", HighFirst: true, NeedsCommittee: true);

    /// <summary>A number drawn from the seed and the row's id alone: the baseline every rule is compared with.</summary>
    public static readonly ScoreColumn Random = new("random", HighFirst: true, NeedsCommittee: false);

    /// <summary>What a model with that output predicts a row's loss to be, dropout off; only its order means anything.</summary>
    public static readonly ScoreColumn PredictedLoss = new("predicted_loss", HighFirst: true, NeedsCommittee: false);

    /// <summary>The columns computed from the logits, in the order of the files.</summary>
    public static readonly IReadOnlyList<ScoreColumn> All = [LeastConfidence, Margin, Entropy, ExpectedEntropy, Bald, VariationRatio, MeanStd];

    /// <summary>All that rows can be ranked by.</summary>
    public static readonly IReadOnlyList<ScoreColumn> Rankings = [.. All, Random, PredictedLoss];

    /// <summary>The columns that a committee of <paramref name="passes"/> members gives; 0 is a single prediction.</summary>
    public static IReadOnlyList<ScoreColumn> For(int passes) => passes > 0 ? All : [.. All.Where(c => !c.NeedsCommittee)];

    /// <summary>The same and what the model predicts, in the order of the files.</summary>
    public static IReadOnlyList<ScoreColumn> For(int passes, bool predictsLosses) => predictsLosses ? [.. For(passes), PredictedLoss] : For(passes);

    /// <summary>The columns of <paramref name="column"/>'s score by the first and the second half of a committee.</summary>
    public static IReadOnlyList<ScoreColumn> HalvesOf(ScoreColumn column) => [column with { Name = $"{column.Name}_half_1" }, column with { Name = $"{column.Name}_half_2" }];

    /// <summary>Whether the halves of a committee of <paramref name="passes"/> members give the score too.</summary>
    public bool HasHalves(int passes) => passes >= 2 && this != Random && this != PredictedLoss;

    /// <summary>Refuses to rank by what no model predicted.</summary>
    /// <exception cref="UsageException">This is the predicted loss and the model predicts none.</exception>
    public void Require(bool predictsLosses)
    {
        if (this == PredictedLoss && !predictsLosses)
        {
            throw new UsageException($"--rank-by {Name} needs a model with the output '{Name}': train one with --learning-loss, or rank by another score");
        }
    }

    /// <summary>The column called <paramref name="name"/>.</summary>
    /// <exception cref="UsageException">There is none, or it needs a committee and there is none, or one of a single member that has nobody to disagree with.</exception>
    public static ScoreColumn Named(string name, int passes)
    {
        var column = Rankings.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"--rank-by '{name}' is no score, expected one of {string.Join(", ", Rankings.Select(c => c.Name))}");
        return passes == 1 && (column == Bald || column == VariationRatio || column == MeanStd) ? throw new UsageException($"--rank-by {name} is how far members disagree, --passes is 1, and one alone agrees on every row: ask for more passes, or rank by {string.Join(", ", For(0).Select(c => c.Name))}")
            : passes > 0 || !column.NeedsCommittee ? column
            : throw new UsageException($"--rank-by {name} needs a committee, --passes is 0: ask for passes, or rank by {string.Join(", ", For(0).Select(c => c.Name))}");
    }
}

using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Selection;

/// <summary>A strategy by name: which rows it looks at when the pool has more than it may hold, and how it chooses among them.</summary>
/// <param name="Key">The rows with the highest are the candidates.</param>
/// <param name="Needs">What it needs to know of the rows besides.</param>
/// <param name="Create">Makes the strategy for the candidates.</param>
/// <param name="By">The score it goes by where none is asked for; null for BALD, or entropy without a committee.</param>
/// <param name="NeedsCommittee">Whether a single prediction is not enough.</param>
/// <param name="Rest">What is to be said, by members and score, of rows that it chose though their value is not above 0; null where each is chosen for its value.</param>
/// <param name="CoversPool">Whether it looks at rows of the whole pool, whatever their scores.</param>
/// <param name="NeedsCoverage">Whether the rows' rarities are to be known.</param>
internal sealed record StrategyKind(
    string Name,
    Func<Candidate, ScoreColumn?, ulong, double> Key,
    Needs Needs,
    Func<Shortlist, RowValues, IStrategy> Create,
    ScoreColumn? By = null,
    bool NeedsCommittee = false,
    Func<int, string, string>? Rest = null,
    bool CoversPool = false,
    bool NeedsCoverage = false)
{
    public static readonly IReadOnlyList<StrategyKind> All =
    [
        new("top", (row, by, _) => RowKeys.Score(row, by!), Needs.None, (list, _) => new ByKey(list.Keys)),
        new("power", (row, by, seed) => RowKeys.Power(row, by!, seed), Needs.None, (list, _) => new ByKey(list.Keys)),
        new("random", (row, _, seed) => RowKeys.Random(row, seed), Needs.None, (list, _) => new ByKey(list.Keys), CoversPool: true),
        new("batchbald", (row, by, _) => RowKeys.Score(row, by!), Needs.MemberProbabilities,
            (list, rows) => new BatchBald(rows.Probabilities, rows.Members, rows.Classes, list.Keys, list.Seed), NeedsCommittee: true,
            Rest: (passes, by) => $"no other tells more about which of the {passes} members is right; the rest are in the order of {by}: score with more --passes, or select fewer rows at a time"),
        // BALD bounds it from above, so the rows that could be chosen are in a list cut by BALD. The best rows tell much the same, so they are drawn.
        new("epig", (row, by, _) => RowKeys.Score(row, by!), Needs.MemberProbabilities | Needs.Targets,
            (list, rows) => Drawn(list, Epig.Of(rows.Probabilities, rows.Members, rows.Classes, rows.Targets)), NeedsCommittee: true),
        // A cut by score would blind a strategy that is to cover the pool to most of it: it is cut evenly.
        new("coreset", (row, _, seed) => RowKeys.Random(row, seed), Needs.Embeddings, (list, rows) => new CoreSet(rows.Embeddings, rows.Labelled, list.Keys), CoversPool: true),
        new("typiclust", (row, _, seed) => RowKeys.Random(row, seed), Needs.Embeddings,
            (list, rows) => new TypiClust(rows.Embeddings, rows.Labelled, list.Wanted, list.Seed), CoversPool: true),
        new("novel", (row, _, seed) => RowKeys.Random(row, seed), Needs.Embeddings,
            (list, rows) => new NovelRows(rows.Embeddings, rows.Labelled, list.Seed), CoversPool: true,
            Rest: (_, _) => "no other is of a cluster short of labels; the rest are of the other clusters, that with the fewest labels first: select as many at most, or by another strategy"),
        new("rare", (row, _, _) => row.Rarity, Needs.None, (list, _) => new ByKey(list.Keys), CoversPool: true, NeedsCoverage: true),
        new("cluster-margin", (row, by, _) => RowKeys.Score(row, by!), Needs.Embeddings,
            (list, rows) => new ClusterMargin(
                rows.Embeddings, list.Keys, [.. list.Rows.Select(r => RowKeys.Random(r, list.Seed))], list.IsCandidate, list.Wanted, list.Seed),
            By: ScoreColumn.Margin),
        new("badge", (row, by, _) => RowKeys.Score(row, by!), Needs.Embeddings | Needs.MeanProbabilities,
            (list, rows) => new Badge(rows.Probabilities, rows.Classes, rows.Embeddings, list.Seed)),
    ];

    /// <summary>The strategy called <paramref name="name"/>.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static StrategyKind Named(string name) =>
        All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"--strategy '{name}' is no strategy, expected one of {string.Join(", ", All.Select(k => k.Name))}, {SelectOptions.Questions}");

    /// <summary>The score to go by.</summary>
    /// <exception cref="UsageException">The run did not compute it.</exception>
    public ScoreColumn ScoreBy(string? asked, int passes, bool predictsLosses)
    {
        if (NeedsCommittee && passes < 2)
        {
            throw new UsageException($"--strategy {Name} needs a committee, the pool was scored with --passes {passes}: score it again with more passes, or select with --strategy badge");
        }
        var columns = ScoreColumn.For(passes, predictsLosses);
        return asked is null ? By ?? (passes > 1 ? ScoreColumn.Bald : ScoreColumn.Entropy)
            : columns.FirstOrDefault(c => c.Name.Equals(asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"--by '{asked}' is no score of this run of {passes} passes, expected one of {string.Join(", ", columns.Select(c => c.Name))}");
    }

    /// <summary>Draws rows in proportion to their values.</summary>
    private static ByKey Drawn(Shortlist list, double[] values) => new([.. list.Rows.Zip(values, (row, value) => RowKeys.Power(row, value, list.Seed))], values);
}

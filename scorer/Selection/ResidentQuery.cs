using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Selection;

/// <summary>Chooses a query from a pool in memory: the rows that <c>scorer score</c> and <c>scorer select</c> would choose from its shards.</summary>
/// <param name="usable">[row]; the others are neither chosen nor taken for labelled.</param>
/// <param name="inputs">The model's inputs and the pool's columns.</param>
/// <param name="threads">Changes no choice.</param>
/// <param name="targets">The rows that a query is to teach about, all of them usable ones that may be drawn; null where no strategy asks.</param>
internal sealed class ResidentQuery(ResidentPool pool, IReadOnlyList<bool> usable, IReadOnlyList<FeatureInput> inputs, int threads, ResidentPool? targets = null)
{
    /// <summary>The strategies there are, by name: those that need nothing of another run.</summary>
    public static IReadOnlyList<string> Strategies => [.. StrategyKind.All.Where(k => !k.NeedsCoverage).Select(k => k.Name)];

    /// <summary>Whether a strategy needs a committee with the score it goes by.</summary>
    /// <exception cref="UsageException">There is no such strategy or score.</exception>
    public static bool NeedsCommittee(string strategy, string? by) =>
        StrategyKind.Named(strategy) is var kind && (kind.NeedsCommittee || kind.ScoreBy(by, passes: 2, predictsLosses: true).NeedsCommittee);

    /// <summary>The rows to label next.</summary>
    /// <param name="package">The model of this round.</param>
    /// <param name="passes">Members of the committee; 0 for a single prediction.</param>
    /// <param name="options">Of them the strategy, its score, how many, the seed and what counts as a near-duplicate.</param>
    /// <param name="labelled">[row]: not to be chosen.</param>
    /// <returns>Rows in the order of choice; fewer than asked for where no more may be chosen.</returns>
    public IReadOnlyList<int> Choose(ModelPackage package, int passes, SelectOptions options, IReadOnlyList<bool> labelled, CancellationToken stopping)
    {
        var kind = StrategyKind.Named(options.Strategy);
        var by = kind.ScoreBy(options.By, passes, predictsLosses: true);
        var (scores, predicted) = kind.CoversPool ? Unscored() : Scores();
        return Choose(new Scored(by, scores, predicted), options, labelled, list => Values(package, Compile, list, options), stopping);

        Committee Compile() => Committee.Compile(package, inputs, passes, options.Seed, predictLosses: by == ScoreColumn.PredictedLoss);

        (double[], int[]) Scores()
        {
            using var committee = Compile();
            by.Require(committee.PredictsLosses);
            return pool.Score(committee, by, threads, stopping);
        }
    }

    /// <summary>The rows to label first, before there is a model that knows the classes.</summary>
    /// <param name="package">A model of any kind whose embedding rows are compared by, fed by this query's inputs; null for a column.</param>
    /// <param name="compared">The column; null for the model's embedding.</param>
    /// <param name="options">Of them the strategy, which covers the pool, how many and the seed.</param>
    public IReadOnlyList<int> ChooseFirst(ModelPackage? package, VectorColumn? compared, SelectOptions options, CancellationToken stopping)
    {
        var (scores, predicted) = Unscored();
        return Choose(
            new Scored(ScoreColumn.Random, scores, predicted), options, labelled: new bool[pool.Count],
            list => Values(package, () => throw new InvalidOperationException("no strategy that covers a pool needs a committee"), list, options, compared), stopping);
    }

    /// <summary>The rows with the highest of given values.</summary>
    /// <param name="values">[row]</param>
    public IReadOnlyList<int> Highest(double[] values, int top, ulong seed, IReadOnlyList<bool> labelled, CancellationToken stopping) =>
        Choose(
            new Scored(new ScoreColumn("value", HighFirst: true, NeedsCommittee: false), values, new int[pool.Count]),
            new SelectOptions([], top, "top", "") { Seed = seed }, labelled, _ => RowValues.None, stopping);

    private (double[] Scores, int[] Predicted) Unscored() => (new double[pool.Count], new int[pool.Count]);

    private IReadOnlyList<int> Choose(Scored scored, SelectOptions options, IReadOnlyList<bool> labelled, Func<Shortlist, RowValues> values, CancellationToken stopping)
    {
        var kind = StrategyKind.Named(options.Strategy);
        var rows = Enumerable.Range(0, pool.Count)
            .Where(row => usable[row] && double.IsFinite(scored.Scores[row]))
            .Select(row => new Candidate(pool.IdOf(row), "", row, scored.Predicted[row].ToString(System.Globalization.CultureInfo.InvariantCulture), scored.Scores[row]));
        var excluded = Enumerable.Range(0, pool.Count).Where(row => labelled[row]).Select(pool.IdOf).ToHashSet();
        var list = Shortlist.Read(rows, kind, scored.By, options, explore: 0, excluded, stopping);
        var known = values(list);
        var duplicates = options.NoNearDuplicates is { } least ? new NearDuplicates(known.Embeddings, known.Labelled, least) : null;
        return [.. Selector.Select(list, kind.Create(list, known), new QueryRules(options.Top, Duplicates: duplicates), _ => { }, stopping).Selected.Select(s => (int)s.Row.Row)];
    }

    private RowValues Values(ModelPackage? package, Func<Committee> compile, Shortlist list, SelectOptions options, VectorColumn? compared = null)
    {
        var needs = options.Needed(StrategyKind.Named(options.Strategy));
        if (needs == Needs.None)
        {
            return RowValues.None;
        }
        var values = Values(pool, list, needs);
        return needs.HasFlag(Needs.Targets) ? values with { Targets = Values(targets!, Drawn(targets!, Epig.TargetsFor(values.Classes), options.Seed), Needs.MemberProbabilities).Probabilities } : values;

        RowValues Values(ResidentPool rows, Shortlist of, Needs what)
        {
            using var computer = new RowValueComputer(package, inputs, of, what, compared, compile);
            foreach (var (slot, row) in of.Rows.Concat(of.Labelled).Index())
            {
                var (batch, place) = rows.PlaceOf((int)row.Row);
                computer.Add(batch, place, slot);
            }
            return computer.Values();
        }
    }

    private static Shortlist Drawn(ResidentPool targets, int most, ulong seed)
    {
        var drawn = new BestRows(most);
        foreach (var row in Enumerable.Range(0, targets.Count).Where(row => targets.FaultsOf(row) == RowFaults.None))
        {
            drawn.Offer(new Candidate(targets.IdOf(row), "", row, "", 0), RandomScore.Of(seed, targets.IdOf(row), Purpose.TargetRows));
        }
        return Shortlist.Of(drawn.Rows, seed);
    }

    /// <param name="By">What the scores are.</param>
    /// <param name="Scores">[row]</param>
    /// <param name="Predicted">[row]: the class.</param>
    private sealed record Scored(ScoreColumn By, double[] Scores, int[] Predicted);
}

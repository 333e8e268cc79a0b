using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

/// <summary>Short lists made of plain scores.</summary>
internal static class Lists
{
    /// <summary>A pool of one shard: row i has score i of the list and is predicted as class i mod 3.</summary>
    public static IEnumerable<Candidate> Pool(IReadOnlyList<double> scores) =>
        scores.Select((s, i) => new Candidate(SelectFolder.Id(i), "shard", i, $"class-{i % 3}", s));

    /// <summary>What a strategy would look at.</summary>
    public static Shortlist Of(string strategy, IEnumerable<Candidate> pool, int candidates = 10_000, int explore = 0, ulong seed = 0) =>
        Shortlist.Read(
            pool, StrategyKind.Named(strategy), ScoreColumn.Bald, new SelectOptions([], 1, strategy, "") { Candidates = candidates, Seed = seed }, explore,
            new HashSet<string>(), TestContext.Current.CancellationToken);

    /// <summary>The ids a strategy chooses, in order.</summary>
    public static List<string> Choose(string strategy, IEnumerable<Candidate> pool, int top, int explore = 0, ulong seed = 0)
    {
        var list = Of(strategy, pool, explore: explore, seed: seed);
        return [.. Selector.Select(list, StrategyKind.Named(strategy).Create(list, RowValues.None), new QueryRules(top, explore), _ => { }, TestContext.Current.CancellationToken).Selected.Select(s => s.Row.Id)];
    }
}

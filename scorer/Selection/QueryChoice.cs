using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>The steps from a pool to its query, each with its progress: which rows are looked at, what is known of them, which are chosen.</summary>
/// <param name="needs">What the strategy and the rule for near-duplicates must know of a row.</param>
internal sealed class QueryChoice(SelectOptions options, StrategyKind kind, Needs needs, ICandidatePool pool, CommandContext context)
{
    /// <summary>The rows that are looked at.</summary>
    /// <param name="rare">Tells the rows' rarities; null where nobody asks.</param>
    /// <param name="excluded">Ids of rows that are labelled.</param>
    public async Task<Shortlist> ListAsync(ScoreColumn? by, RarityFile? rare, IReadOnlySet<string> excluded)
    {
        var list = await context.Progress.WorkAsync("reading rows", pool.RowCount, "rows", advance =>
        {
            var rows = pool.Rows(by, advance, context.Stopping);
            return Shortlist.Read(rare?.Of(rows) ?? rows, kind, by, options, Explored(options.Top), excluded, context.Stopping);
        });
        (pool as UnscoredPool)?.TellOfRejected(context.Progress.Say);
        if (excluded.Count > 0)
        {
            context.Log.SomeNotExcluded(excluded, list.Labelled.Select(row => row.Id).ToHashSet(StringComparer.Ordinal));
        }
        return list;
    }

    /// <summary>What is known of them.</summary>
    /// <param name="run">What scored them; null where nothing did.</param>
    public async Task<RowValues> ValuesAsync(Shortlist list, RunRecord? run)
    {
        if (needs == Needs.None || TopOf(list) == 0)
        {
            return RowValues.None;
        }
        var rows = await context.Progress.WorkAsync("reading the candidates' rows", list.Rows.Count + list.Labelled.Count, "rows", advance => pool.Values(list, needs, options.Column, advance, context.Stopping));
        return !needs.HasFlag(Needs.Targets) ? rows
            : rows.Classes > Epig.MostClasses ? throw new UsageException($"--strategy {kind.Name} compares every class with every class, and the model has {rows.Classes}, expected {Epig.MostClasses} at most: use batchbald")
            : rows with { Targets = await TargetsAsync(run!, rows.Classes) };
    }

    /// <summary>Those that are chosen; says where they are fewer than asked for, or tell nothing more.</summary>
    public async Task<Query> SelectAsync(Shortlist list, RowValues rows, ScoreColumn? by)
    {
        var top = TopOf(list);
        var duplicates = options.NoNearDuplicates is { } least ? new NearDuplicates(rows.Embeddings, rows.Labelled, least) : null;
        var rules = new QueryRules(top, Explored(top), options.PerClassMax, duplicates);
        var query = top == 0 ? new Query([], []) : await context.Progress.WorkAsync("selecting", top, "rows", advance => Selector.Select(list, kind.Create(list, rows), rules, advance, context.Stopping));
        var selected = query.Selected.Count;
        if (selected < options.Top)
        {
            context.Log.FewerThanAsked(selected, options.Top, list.Selectable, selected < top ? ", and quotas, near-duplicates or --candidates rule the others out" : "");
        }
        var chosen = query.Selected.Count(row => !row.Explored);
        if (Telling(query) is { } telling && telling < chosen)
        {
            context.Log.NothingMoreToTell(telling, chosen, kind.Rest!(pool.Passes, SelectRun.NameOf(by)));
        }
        return query;
    }

    /// <summary>Rows that were chosen for a value above 0; null where the strategy chooses each for its value.</summary>
    public int? Telling(Query query) => kind.Rest is null ? null : query.Selected.Count(row => !row.Explored && row.Value > 0);

    private Task<float[]> TargetsAsync(RunRecord run, int classes) =>
        context.Progress.WorkAsync("reading targets", ShardSet.Resolve(options.Targets).CountRows(), "rows", advance => TargetRows.Read(run, options.Targets, classes, options.Seed, advance, context.Stopping));

    private int TopOf(Shortlist list) => (int)Math.Min(options.Top, list.Selectable);

    /// <summary>How many of the rows asked for are drawn.</summary>
    private int Explored(int top) => (int)Math.Round(options.Explore * top, MidpointRounding.AwayFromZero);
}

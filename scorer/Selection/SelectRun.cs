using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Pipeline;

namespace ParquetPool.Scorer.Selection;

/// <summary>The flow of <c>scorer select</c>: scores in, a query out.</summary>
public static class SelectRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The scores or the pool are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static SelectSummary Execute(SelectOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        Check(options);
        var kind = StrategyKind.Named(options.Strategy);
        var pool = ScoredPool.Open(options.Scores);
        var by = kind.ScoreBy(options.By, pool.Run.Passes);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();
        var explore = (int)Math.Round(options.Explore * options.Top, MidpointRounding.AwayFromZero);

        var list = Shortlist.Read(pool.Rows(by), kind, by, options, explore, excluded, context.Stopping);
        RequireRows(list.Selectable, options);
        var needs = kind.Needs | (options.NoNearDuplicates is null ? Needs.None : Needs.Embeddings);
        var rows = needs == Needs.None ? RowValues.None : RowValueReader.Read(pool.Run, list, needs, context.Stopping);
        var duplicates = options.NoNearDuplicates is { } least ? new NearDuplicates(rows.Embeddings, rows.Labelled, least) : null;
        var (selected, held) = Selector.Select(list, kind.Create(list, rows), options.Top, explore, options.PerClassMax, duplicates);
        RequireSelected(selected.Count, options);

        var files = new SelectFiles(options.Out);
        files.Open();
        files.WriteSelected(selected);
        files.WriteHeldBack(held);
        var candidates = list.IsCandidate.Count(c => c);
        var explored = selected.Count(s => s.Explored);
        files.WriteRecord(new SelectRecord(
            1, pool.Run.Model, pool.Run.Seed, pool.Run.Passes, kind.Name, by.Name, options.Seed, options.PerClassMax, options.Explore, options.NoNearDuplicates,
            list.Selectable, candidates, list.Labelled.Count, selected.Count, explored, held.Count, RunVersions.Current()));
        return new SelectSummary(
            "select", kind.Name, by.Name, list.Selectable, candidates, selected.Count, explored, held.Count,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.Selected, files.SelectedCsv, files.HeldBackCsv);
    }

    private static void Check(SelectOptions options)
    {
        RequireAtLeastOne("--top", options.Top);
        RequireAtLeastOne("--per-class-max", options.PerClassMax ?? 1);
        if (options.Candidates < options.Top)
        {
            throw new UsageException($"--candidates {options.Candidates} is less than --top {options.Top}, expected at least as many: raise --candidates or lower --top");
        }
        if (options.Explore is not (>= 0 and <= 1))
        {
            throw new UsageException(FormattableString.Invariant($"--explore {options.Explore} is no share, expected 0 to 1"));
        }
        if (options.NoNearDuplicates is { } least && least is not (> 0 and <= 1))
        {
            throw new UsageException(FormattableString.Invariant($"--no-near-duplicates {least} is no cosine above 0, expected up to 1: near-duplicates lie close to 1"));
        }
    }

    private static void RequireAtLeastOne(string option, int value)
    {
        if (value < 1)
        {
            throw new UsageException($"{option} is {value}, expected at least 1");
        }
    }

    private static void RequireRows(long selectable, SelectOptions options)
    {
        if (selectable < options.Top)
        {
            throw new UsageException($"pool has {selectable} rows that may be selected, asked for {options.Top}: lower --top or add shards");
        }
    }

    private static void RequireSelected(int selected, SelectOptions options)
    {
        if (selected < options.Top)
        {
            throw new UsageException($"only {selected} rows could be selected within the quotas, asked for {options.Top}: lower --top or --explore, or raise --per-class-max, --no-near-duplicates or --candidates");
        }
    }
}

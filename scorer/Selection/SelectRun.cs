using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Selection;

/// <summary>The flow of <c>scorer select</c>: scores in, a query out.</summary>
public static class SelectRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The scores or the pool are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<SelectSummary> ExecuteAsync(SelectOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var (kind, needs) = Check(options);
        using var output = new OutputFolder(options.Out, SelectFiles.RecordName);
        var pool = ScoredPool.Open(options.Scores, Path.Combine(output.Path, "scores"));
        var by = kind.ScoreBy(options.By, pool.Run.Passes, pool.Run.Model.PredictsLosses);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();
        var explore = (int)Math.Round(options.Explore * options.Top, MidpointRounding.AwayFromZero);

        var list = await ShowAsync("reading scores", pool.Run.Counts.Rows, advance =>
            Shortlist.Read(pool.Rows(by, advance), kind, by, options, explore, excluded, context.Stopping));
        RequireRows(list.Selectable, options);
        var rows = needs == Needs.None ? RowValues.None : await ShowAsync("reading the candidates' rows", list.Rows.Count + list.Labelled.Count, advance =>
            RowValueReader.Read(pool.Run, list, needs, options.Column, advance, context.Stopping));
        var duplicates = options.NoNearDuplicates is { } least ? new NearDuplicates(rows.Embeddings, rows.Labelled, least) : null;
        var (selected, held) = await ShowAsync("selecting", options.Top, advance =>
            Selector.Select(list, kind.Create(list, rows), options.Top, explore, options.PerClassMax, duplicates, advance, context.Stopping));
        RequireSelected(selected.Count, options);
        var telling = kind.EndsInformed ? selected.Count(s => !s.Explored && s.Value > 0) : (int?)null;
        if (telling < options.Top - explore)
        {
            context.Log.NothingMoreToTell(telling.Value, options.Top - explore, pool.Run.Passes, by.Name);
        }

        var files = new SelectFiles(output.Path);
        OutputRule.Require(new Place("--out", options.Out), pool.Run.Pool.Shards.Select(shard => shard.Path).Append(pool.Run.Model.Path));
        output.Open(SelectFiles.Names, files.Knows, context.Stopping);
        files.Open();
        files.WriteSelected(selected);
        files.WriteHeldBack(held);
        var candidates = list.IsCandidate.Count(c => c);
        var explored = selected.Count(s => s.Explored);
        files.WriteRecord(new SelectRecord(
            1, pool.Run.Model, pool.Run.Seed, pool.Run.Passes, kind.Name, by.Name, options.Seed, options.PerClassMax, options.Explore, options.NoNearDuplicates,
            options.Column, list.Selectable, candidates, list.Labelled.Count, selected.Count, telling, explored, held.Count, RunVersions.Current()));
        output.Complete(context.Stopping);
        files = new SelectFiles(options.Out);
        return new SelectSummary(
            "select", kind.Name, by.Name, list.Selectable, candidates, selected.Count, telling, explored, held.Count,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.Selected, files.SelectedCsv, files.HeldBackCsv);

        Task<T> ShowAsync<T>(string what, long total, Func<Action<long>, T> work) =>
            context.Progress.RunAsync(what, total, "rows", advance => Task.Run(() => work(advance)));
    }

    /// <summary>What is to be known of the rows.</summary>
    private static Needs Needed(StrategyKind kind, SelectOptions options)
    {
        var needs = kind.Needs | (options.NoNearDuplicates is null ? Needs.None : Needs.Embeddings);
        return options.Column is not { } column ? needs
            : !needs.HasFlag(Needs.Embeddings) ? throw new UsageException($"--column {column} says what rows are compared by, but --strategy {kind.Name} compares none: add --no-near-duplicates or leave it out")
            : kind.Needs.HasFlag(Needs.Embeddings | Needs.MeanProbabilities) ? throw new UsageException($"--column {column} is no embedding of the model, which --strategy {kind.Name} needs: leave it out or choose another strategy")
            : needs;
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <returns>The strategy, and what is to be known of the rows.</returns>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal static (StrategyKind Kind, Needs Needs) Check(SelectOptions options)
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
        var kind = StrategyKind.Named(options.Strategy);
        return (kind, Needed(kind, options));
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

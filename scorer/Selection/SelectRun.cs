using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Selection;

/// <summary>The flow of <c>scorer select</c>: scores in, a query out.</summary>
internal static class SelectRun
{
    private const string NoScore = "none";

    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The scores or the pool are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<SelectSummary> ExecuteAsync(SelectOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var (kind, needs) = Check(options);
        using var output = new OutputFolder(options.Out, SelectFiles.RecordName);
        var scored = options.Pool.Count > 0 ? null : ScoredPool.Open(options.Scores, Path.Combine(output.Path, "scores"));
        foreach (var difference in scored?.Run.OtherScale ?? [])
        {
            Assumptions.Tell($"when the pool was scored, {difference}");
        }
        var made = new Provenance("scorer select");
        var files = new SelectFiles(output.Path, scored is null ? made : made.Of(scored.Run.Model.Sha256, options.Seed, scored.Run.Passes));
        ICandidatePool pool = scored is null ? new UnscoredPool(options, needs, files.Rejects) : scored;
        var by = pool.ScoreBy(kind, options.By);
        var excluded = options.Exclude.Count > 0 ? LabelFile.ReadIds(options.Exclude) : new HashSet<string>();

        if (scored is not null)
        {
            OutputRule.Require(new Place("--out", options.Out), [.. scored.Run.Pool.Shards.Select(shard => shard.Path), scored.Run.Model.Path, .. options.Targets]);
        }
        var rare = options.Coverage is null ? null : new RarityFile(options.Coverage, scored?.Run.Pool.Shards ?? (IEnumerable<Engine.Shard>)ShardSet.Resolve(options.Pool), context.Stopping);
        output.Open(SelectFiles.Names, files.Knows, context.Stopping);
        files.Open();
        var list = await ShowAsync("reading rows", pool.RowCount, advance =>
            Shortlist.Read(rare?.Of(pool.Rows(by, advance, context.Stopping)) ?? pool.Rows(by, advance, context.Stopping), kind, by, options, Explored(options, options.Top), excluded, context.Stopping));
        if (pool is UnscoredPool { Rejected: > 0 and var rejected })
        {
            context.Progress.Say(FormattableString.Invariant($"{rejected:N0} rows cannot be used; rejects.parquet says why"));
        }
        if (excluded.Count > 0)
        {
            context.Log.SomeNotExcluded(excluded, list.Labelled.Select(row => row.Id).ToHashSet(StringComparer.Ordinal));
        }
        var top = (int)Math.Min(options.Top, list.Selectable);
        var explore = Explored(options, top);
        var rows = needs == Needs.None || top == 0 ? RowValues.None : await ShowAsync("reading the candidates' rows", list.Rows.Count + list.Labelled.Count, advance =>
            pool.Values(list, needs, options.Column, advance, context.Stopping));
        if (needs.HasFlag(Needs.Targets) && top > 0)
        {
            rows = rows with
            {
                Targets = rows.Classes > Epig.MostClasses ? throw new UsageException($"--strategy {kind.Name} compares every class with every class, and the model has {rows.Classes}, expected {Epig.MostClasses} at most: use batchbald")
                    : await ShowAsync("reading targets", ShardSet.Resolve(options.Targets).CountRows(), advance => TargetRows.Read(scored!.Run, options.Targets, rows.Classes, options.Seed, advance, context.Stopping)),
            };
        }
        var duplicates = options.NoNearDuplicates is { } least ? new NearDuplicates(rows.Embeddings, rows.Labelled, least) : null;
        var (selected, held) = top == 0 ? new Query([], []) : await ShowAsync("selecting", top, advance =>
            Selector.Select(list, kind.Create(list, rows), top, explore, options.PerClassMax, duplicates, advance, context.Stopping));
        if (selected.Count < options.Top)
        {
            context.Log.FewerThanAsked(selected.Count, options.Top, list.Selectable, selected.Count < top ? ", and quotas, near-duplicates or --candidates rule the others out" : "");
        }
        var telling = kind.Rest is not null ? selected.Count(s => !s.Explored && s.Value > 0) : (int?)null;
        if (telling < selected.Count(row => !row.Explored))
        {
            context.Log.NothingMoreToTell(telling.Value, selected.Count(row => !row.Explored), kind.Rest!(pool.Passes, by?.Name ?? NoScore));
        }

        files.WriteSelected(selected);
        files.WriteHeldBack(held);
        var candidates = list.IsCandidate.Count(c => c);
        var explored = selected.Count(s => s.Explored);
        files.WriteRecord(new SelectRecord(
            SchemaVersion: 1,
            Model: pool.Model,
            ScoreSeed: pool.Seed,
            Passes: pool.Passes,
            Strategy: kind.Name,
            By: by?.Name ?? NoScore,
            Seed: options.Seed,
            PerClassMax: options.PerClassMax,
            Explore: options.Explore,
            NoNearDuplicates: options.NoNearDuplicates,
            Column: options.Column,
            PoolRows: list.Selectable,
            Candidates: candidates,
            LabelledInPool: list.Labelled.Count,
            Selected: selected.Count,
            Telling: telling,
            Explored: explored,
            HeldBack: held.Count,
            Versions: RunVersions.Current(),
            Asked: options.Top,
            Targets: options.Targets.Count > 0 ? options.Targets : null,
            Coverage: options.Coverage));
        output.Complete(context.Stopping);
        files = new SelectFiles(options.Out);
        return new SelectSummary(
            Command: "select",
            Strategy: kind.Name,
            By: by?.Name ?? NoScore,
            PoolRows: list.Selectable,
            Candidates: candidates,
            Asked: options.Top,
            Selected: selected.Count,
            Telling: telling,
            Explored: explored,
            HeldBack: held.Count,
            Seconds: Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2),
            SelectedFile: files.Selected,
            SelectedCsv: files.SelectedCsv,
            HeldBackCsv: files.HeldBackCsv);

        Task<T> ShowAsync<T>(string what, long total, Func<Action<long>, T> work) =>
            context.Progress.RunAsync(what, total, "rows", advance => Task.Run(() => work(advance)));
    }

    /// <summary>The shards that scored folders tell of, or what these were derived from.</summary>
    internal static IReadOnlyList<string> PoolOf(IEnumerable<string> scores) =>
        [.. scores.Select(folder => JsonFile.Read<RunRecord>(StorageAddress.Join(folder, ScoreFolder.RunRecordName))?.Pool).SelectMany(pool => pool?.Given ?? pool?.Shards.Select(shard => NextCommand.Near(shard.Path)) ?? []).Distinct().Order(StringComparer.Ordinal)];

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
        RequireSource(options);
        SelectOptions.Ranges.Require(options);
        if (options.Candidates < options.Top)
        {
            throw new UsageException($"--candidates {options.Candidates} is less than --top {options.Top}, expected at least as many: raise --candidates or lower --top");
        }
        var kind = StrategyKind.Named(options.Strategy);
        if (options.Hierarchy is not null)
        {
            throw new UsageException($"--hierarchy {options.Hierarchy} goes with --strategy {SelectOptions.Questions}, which asks about super-classes, got --strategy {kind.Name}: leave one of them out");
        }
        if (options.ClassCost is { } cost)
        {
            throw new UsageException($"--class-cost {cost} goes with --strategy {SelectOptions.Questions}, which weighs it against yes/no questions, got --strategy {kind.Name}: leave it out");
        }
        if (kind.Needs.HasFlag(Needs.Targets) != options.Targets.Count > 0)
        {
            throw new UsageException(options.Targets.Count > 0
                ? $"--targets goes with --strategy epig, which looks at the rows it names, got --strategy {kind.Name}: leave one of them out"
                : $"--strategy {kind.Name} asks for rows that teach about others: name those with --targets, the test split say");
        }
        if (kind.NeedsCoverage != options.Coverage is not null)
        {
            throw new UsageException(kind.NeedsCoverage
                ? $"--strategy {kind.Name} asks for rows around which others lie thinly: run 'scorer coverage' on the pool and name its folder with --coverage"
                : $"--coverage {options.Coverage} goes with --strategy rare, which asks for the rarest rows, got --strategy {kind.Name}: leave one of them out");
        }
        return (kind, Needed(kind, options));
    }

    private static void RequireSource(SelectOptions options)
    {
        if ((options.Scores.Count > 0) == (options.Pool.Count > 0))
        {
            throw new UsageException("expected one of --scores and --pool: a scored pool, or, before there is a label, shards without scores");
        }
        if (options.Pool.Count == 0 && options.Model is not null)
        {
            throw new UsageException($"--model {options.Model} is given without --pool: a scored pool names its model itself");
        }
        if (options.Pool.Count > 0 && options.PerClassMax is not null)
        {
            throw new UsageException($"--per-class-max {options.PerClassMax} goes by predicted classes, which the rows of --pool do not have: leave it out");
        }
    }

    private static int Explored(SelectOptions options, int top) => (int)Math.Round(options.Explore * top, MidpointRounding.AwayFromZero);
}

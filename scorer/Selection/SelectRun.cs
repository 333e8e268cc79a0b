using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Selection;

/// <summary>The flow of <c>scorer select</c>: scores in, a query out.</summary>
internal static class SelectRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The scores or the pool are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<SelectSummary> ExecuteAsync(SelectOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var (kind, needs) = SelectCheck.Of(options);
        using var output = new OutputFolder(options.Out, SelectFiles.RecordName);
        var scored = options.Pool.Count > 0 ? null : Scored(options, output);
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

        var choice = new QueryChoice(options, kind, needs, pool, context);
        var list = await choice.ListAsync(by, rare, excluded);
        var rows = await choice.ValuesAsync(list, scored?.Run);
        var query = await choice.SelectAsync(list, rows, by);

        files.WriteSelected(query.Selected);
        files.WriteHeldBack(query.HeldBack);
        var record = Record(options, pool, kind, by, list, query) with { Telling = choice.Telling(query) };
        files.WriteRecord(record);
        output.Complete(context.Stopping);
        return SelectSummary.Of(record, new SelectFiles(options.Out), context.Clock.GetElapsedTime(start));
    }

    /// <summary>The shards that scored folders tell of, or what these were derived from.</summary>
    internal static IReadOnlyList<string> PoolOf(IEnumerable<string> scores) =>
        [.. scores.Select(folder => JsonFile.Read<RunRecord>(StorageAddress.Join(folder, ScoreFolder.RunRecordName))?.Pool).SelectMany(pool => pool?.Given ?? pool?.Shards.Select(shard => NextCommand.Near(shard.Path)) ?? []).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The name of the score gone by; that of a pool without scores is "none".</summary>
    internal static string NameOf(ScoreColumn? by) => by?.Name ?? "none";

    private static ScoredPool Scored(SelectOptions options, OutputFolder output)
    {
        var scored = ScoredPool.Open(options.Scores, Path.Combine(output.Path, "scores"));
        foreach (var difference in scored.Run.OtherScale ?? [])
        {
            Assumptions.Tell($"when the pool was scored, {difference}");
        }
        return scored;
    }

    private static SelectRecord Record(SelectOptions options, ICandidatePool pool, StrategyKind kind, ScoreColumn? by, Shortlist list, Query query) => new(
        SchemaVersion: 1,
        Model: pool.Model,
        ScoreSeed: pool.Seed,
        Passes: pool.Passes,
        Strategy: kind.Name,
        By: NameOf(by),
        Seed: options.Seed,
        PerClassMax: options.PerClassMax,
        Explore: options.Explore,
        NoNearDuplicates: options.NoNearDuplicates,
        Column: options.Column,
        PoolRows: list.Selectable,
        Candidates: list.IsCandidate.Count(c => c),
        LabelledInPool: list.Labelled.Count,
        Selected: query.Selected.Count,
        Telling: null,
        Explored: query.Selected.Count(row => row.Explored),
        HeldBack: query.HeldBack.Count,
        Versions: RunVersions.Current(),
        Asked: options.Top,
        Targets: options.Targets.Count > 0 ? options.Targets : null,
        Coverage: options.Coverage);
}

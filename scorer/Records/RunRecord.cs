using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Records;

/// <summary>What a finished run says of itself: <c>run.json</c>, written last.</summary>
/// <param name="Partition">The share of the pool that was scored; null for all of it.</param>
/// <param name="Merged">The folders of the partitions that were joined; null for a run that scored. Counts and times are then their sums.</param>
/// <param name="Scoring">The <c>ScoringKey</c>: runs that have the same give a shard the same scores.</param>
internal sealed record RunRecord(
    int SchemaVersion,
    RunModel Model,
    ulong Seed,
    int Passes,
    string Masks,
    string RankBy,
    int? Top,
    Partition? Partition,
    IReadOnlyList<string>? Merged,
    string Device,
    int Threads,
    int BatchRows,
    int TileRows,
    RunPlan Plan,
    string Scoring,
    RunCounts Counts,
    RankStability? Stability,
    RunTimes Times,
    RunVersions Versions,
    RunPool Pool) : ICheckedRecord
{
    /// <summary>By which probabilities were calibrated; null where they are as the model gives them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Temperature { get; init; }

    /// <summary>In what columns of the pool differ from those that the model learnt from; null where they are on one scale, as far as is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? OtherScale { get; init; }

    /// <inheritdoc/>
    public string? Fault() =>
        Passes < 0 ? $"says {Passes} passes"
        : !Enum.TryParse<MaskKind>(Masks, ignoreCase: true, out var masks) || !Enum.IsDefined(masks) ? $"says masks '{Masks}'"
        : Model.Path.Length == 0 || Model.Sha256.Length < RunModel.ShownDigits ? "names no model"
        : Partition is { } part && (part.Count < 1 || part.Index < 1 || part.Index > part.Count) ? $"says partition {part.Index} of {part.Count}"
        : Merged is { Count: 0 } ? "was merged from no partitions"
        : Counts.Fault() is { } miscounted ? miscounted
        : Pool.Shards.Any(shard => shard.Path.Length == 0) ? "names a shard without a path"
        : FileName.Fault(Pool.Shards.Select(shard => shard.Name), "shard");

    /// <summary>Reads the record of a finished run.</summary>
    /// <exception cref="DataException">The run is not finished, or its record is malformed or of an older program.</exception>
    public static RunRecord Read(string path) =>
        JsonFile.Require<RunRecord>(path, "the record of a finished run: score the pool again");
}

/// <param name="Shards">Names and places of the shards that were scored.</param>
/// <param name="Features">The feature columns asked for; empty for those that the model names.</param>
internal sealed record RunPool(IReadOnlyList<Shard> Shards, IReadOnlyList<string> Features)
{
    /// <summary>What the run was given, where its shards were derived from that, as from a folder of pictures; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Given { get; init; }
}

/// <param name="Path">The full path of the ONNX file.</param>
/// <param name="PredictsLosses">Whether the score files have a column of predicted losses.</param>
/// <param name="Output">The output that was scored; null in records of earlier programs.</param>
internal sealed record RunModel(string Path, string Sha256, string? Task, int? Round, bool PredictsLosses = false, RunOutput? Output = null)
{
    /// <summary>Of the hash, for people.</summary>
    public const int ShownDigits = 12;

    /// <summary>What was written around the model (<see cref="ModelPackage.Around"/>); null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Around { get; init; }

    /// <summary>A model that scored.</summary>
    public static RunModel Of(ModelPackage package, Committee committee) =>
        new(StorageAddress.Full(package.Path), package.Sha256, package.Manifest?.Task, package.Manifest?.Round, committee.PredictsLosses, RunOutput.Of(committee.Output, package)) { Around = package.Around is { Length: > 0 } around ? around : null };
}

/// <param name="Share">The compiled committee's products over those of as many plain passes.</param>
internal sealed record RunPlan(double OperationsPerRow, double Share, IReadOnlyList<RunSite> Sites)
{
    public static RunPlan Of(CommitteePlan plan) =>
        new(plan.Operations, plan.Share, [.. plan.Sites.Select(s => new RunSite(s.Site.Node, s.Site.Ratio, s.Site.Width, JsonNamingPolicy.CamelCase.ConvertName(s.Treatment.ToString())))]);
}

internal sealed record RunSite(string Node, float Ratio, int Width, string Treatment);

/// <param name="ShardsReused">Shards that an earlier run into the same folder had finished.</param>
/// <param name="RowsReused">Their rows.</param>
/// <param name="Rejected">Rows in the rejects file, those with a repeated id among them.</param>
/// <param name="Excluded">Ids that were not to be ranked.</param>
internal sealed record RunCounts(int Shards, int ShardsReused, long Rows, long RowsReused, long Ranked, long Rejected, long RepeatedIds, int Excluded)
{
    private const long MostRows = 1L << 40;
    private const int MostShards = 1 << 24;

    /// <summary>Whether so many rows may have been counted; sums of them are numbers still.</summary>
    public static bool AreRows(long count) => count is >= 0 and <= MostRows;

    /// <summary>What no run counts; null for nothing.</summary>
    public string? Fault() =>
        Shards is < 0 or > MostShards || ShardsReused < 0 || ShardsReused > Shards ? $"counts {ShardsReused} of {Shards} shards reused"
        : new[] { Rows, RowsReused, Ranked, Rejected, RepeatedIds }.Where(count => !AreRows(count)).Select(count => $"counts {count} rows").FirstOrDefault();
}

internal sealed record RunTimes(double Seconds, double RowsPerSecond);

internal sealed record RunVersions(string ParquetPool, string OnnxRuntime, string DuckDb)
{
    /// <summary>Those of the running program.</summary>
    public static RunVersions Current() => new(
        typeof(RunVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        ModelSession.RuntimeVersion,
        ShardSet.EngineVersion);
}

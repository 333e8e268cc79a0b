using System.Reflection;
using System.Text.Json;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Sessions;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>What a finished run says of itself: <c>run.json</c>, written last.</summary>
public sealed record RunRecord(
    int SchemaVersion,
    RunModel Model,
    ulong Seed,
    int Passes,
    string Masks,
    string RankBy,
    int? Top,
    string Device,
    int Threads,
    int BatchRows,
    int TileRows,
    RunPlan Plan,
    RunCounts Counts,
    RankStability? Stability,
    RunTimes Times,
    RunVersions Versions)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the record under a temporary name and renames it.</summary>
    public void Write(string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, [.. JsonSerializer.SerializeToUtf8Bytes(this, Indented), (byte)'\n']);
        File.Move(temporary, path, overwrite: true);
    }
}

public sealed record RunModel(string Path, string Sha256, string? Task, int? Round);

/// <param name="Share">The compiled committee's products over those of as many plain passes.</param>
public sealed record RunPlan(double OperationsPerRow, double Share, IReadOnlyList<RunSite> Sites)
{
    public static RunPlan Of(CommitteePlan plan) =>
        new(plan.Operations, plan.Share, [.. plan.Sites.Select(s => new RunSite(s.Site.Node, s.Site.Ratio, s.Site.Width, JsonNamingPolicy.CamelCase.ConvertName(s.Treatment.ToString())))]);
}

public sealed record RunSite(string Node, float Ratio, int Width, string Treatment);

/// <param name="Rejected">Rows in the rejects file, those with a repeated id among them.</param>
/// <param name="Excluded">Ids that were not to be ranked.</param>
public sealed record RunCounts(int Shards, long Rows, long Ranked, long Rejected, long RepeatedIds, int Excluded);

public sealed record RunTimes(double Seconds, double RowsPerSecond);

public sealed record RunVersions(string ParquetPool, string OnnxRuntime, string DuckDb)
{
    /// <summary>Those of the running program.</summary>
    public static RunVersions Current() => new(
        typeof(RunVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        ModelSession.RuntimeVersion,
        ShardSet.EngineVersion);
}

using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Scoring;

/// <summary>A pool of three shards and a small model in a folder of its own, and the runs over them.</summary>
public abstract class PoolTests : IDisposable
{
    protected const int Width = 12;
    protected const int RowsPerShard = 700;
    private readonly TestFolder folder = new();
    private readonly string model;

    protected PoolTests()
    {
        model = folder.File("model.onnx");
        File.WriteAllBytes(model, ModelFile.ToBytes(TestModels.Mlp(0.5f, Width, 40, 33, 5).Model));
        for (uint shard = 0; shard < 3; shard++)
        {
            WriteShard(shard, [.. Enumerable.Range(0, RowsPerShard).Select(i => $"row-{shard}-{i}")]);
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A path in the test's folder.</summary>
    protected string InFolder(string name) => folder.File(name);

    private protected ScoreOptions Options(string name) => new(model, Shards(), folder.File(name));

    protected string[] Shards() => [.. Enumerable.Range(0, 3).Select(i => folder.File($"pool/shard-{i}.parquet"))];

    /// <summary>Every file but the record of the run, which names times, and the list of what was written, with its bytes.</summary>
    protected Dictionary<string, string> Outputs(string name) =>
        Directory.EnumerateFiles(InFolder(name), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("run.json" or ".parquetpool.sha256"))
            .ToDictionary(path => Path.GetRelativePath(InFolder(name), path), path => Convert.ToBase64String(File.ReadAllBytes(path)));

    protected JsonElement RunRecord(string name) => JsonDocument.Parse(File.ReadAllBytes(InFolder(name + "/run.json"))).RootElement;

    private protected static Task<ScoreSummary> Run(ScoreOptions options) => ScoreRun.ExecuteAsync(options, Context(TestContext.Current.CancellationToken));

    protected static CommandContext Context(CancellationToken stopping) =>
        new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), stopping);

    protected void WriteShard(uint shard, string?[] ids, Action<float[]>? change = null)
    {
        var values = TestModels.Numbers(1000 + shard, ids.Length * Width);
        change?.Invoke(values);
        using var writer = new ShardWriter(folder.File($"pool/shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
        writer.Write(ids.Length, ids, values);
        writer.Complete();
    }

    protected List<Dictionary<string, string>> Ranked(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(folder.File(name), "ranked.csv"));
        var header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => header.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second))];
    }
}

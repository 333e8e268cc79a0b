using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Selection;

/// <summary>A scored pool of three shards, and selections from it.</summary>
internal sealed class SelectFolder : IDisposable
{
    public const int Width = 12;
    public const int RowsPerShard = 300;
    public const int Rows = 3 * RowsPerShard;
    private readonly TestFolder folder = new();

    public string File(params string[] parts) => folder.File(parts);

    public void Dispose() => folder.Dispose();

    /// <summary>Writes the pool and scores it.</summary>
    /// <param name="copies">How often each vector stands in the pool, under ids of its own.</param>
    public async Task ScoreAsync(string name = "scored", int passes = 20, int copies = 1, Func<int, int>? shardOf = null, MaskKind masks = MaskKind.Balanced)
    {
        var model = folder.File("model.onnx");
        await System.IO.File.WriteAllBytesAsync(model, ModelFile.ToBytes(TestModels.Mlp(0.5f, Width, 40, 33, 5).Model));
        var values = TestModels.Numbers(1000, Rows * Width);
        for (var shard = 0; shard < 3; shard++)
        {
            int[] rows = [.. Enumerable.Range(0, Rows).Where(i => (shardOf is null ? i / RowsPerShard : shardOf(i)) == shard)];
            using var writer = new ShardWriter(folder.File($"{name}-pool/shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
            writer.Write(rows.Length, rows.Select(Id).ToArray(), rows.SelectMany(i => values.AsSpan(i / copies * Width, Width).ToArray()).ToArray());
            writer.Complete();
        }
        await ScoreRun.ExecuteAsync(
            new ScoreOptions(model, [folder.File($"{name}-pool")], folder.File(name)) { Passes = passes, Masks = masks, RankBy = passes > 0 ? "bald" : "entropy" }, Context());
    }

    public static string Id(int row) => FormattableString.Invariant($"row-{row:D4}");

    /// <summary>Selects and reads <c>selected.csv</c>.</summary>
    public static List<Dictionary<string, string>> Select(SelectOptions options)
    {
        SelectRun.Execute(options, Context());
        return Csv(Path.Combine(options.Out, "selected.csv"));
    }

    public SelectOptions Options(string strategy, int top, string scores = "scored", string output = "query") => new(folder.File(scores), top, strategy, folder.File(output));

    public static List<Dictionary<string, string>> Csv(string path)
    {
        var lines = System.IO.File.ReadAllLines(path);
        var header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => header.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second))];
    }

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

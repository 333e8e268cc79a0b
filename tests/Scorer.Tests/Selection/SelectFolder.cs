using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
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
    /// <param name="partitions">0 to score the pool whole; else partition i goes to <c>name-i</c>.</param>
    /// <remarks>Two rows after each other have the same vector in the column <c>pair</c>, which the model does not read unless it is another one than usual.</remarks>
    public async Task ScoreAsync(
        string name = "scored", int passes = 20, int copies = 1, Func<int, int>? shardOf = null, MaskKind masks = MaskKind.Balanced, int partitions = 0,
        Func<int, string>? id = null, ModelPackage? other = null)
    {
        var model = folder.File("model.onnx");
        await System.IO.File.WriteAllBytesAsync(model, ModelFile.ToBytes((other ?? TestModels.Mlp(0.5f, Width, 40, 33, 5)).Model));
        var values = TestModels.Numbers(1000, Rows * Width);
        for (var shard = 0; shard < 3; shard++)
        {
            int[] rows = [.. Enumerable.Range(0, Rows).Where(i => (shardOf is null ? i / RowsPerShard : shardOf(i)) == shard)];
            using var writer = new ShardWriter(
                folder.File($"{name}-pool/shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width), new("pair", ShardType.FloatList, 2)]);
            writer.Write(
                rows.Length, rows.Select(id ?? Id).ToArray(), rows.SelectMany(i => values.AsSpan(i / copies * Width, Width).ToArray()).ToArray(),
                rows.SelectMany(i => (float[])[MathF.Cos(i / 2 * MathF.Tau * 2 / Rows), MathF.Sin(i / 2 * MathF.Tau * 2 / Rows)]).ToArray());
            writer.Complete();
        }
        if (!System.IO.File.Exists(folder.File("targets.parquet")))
        {
            System.IO.File.Copy(folder.File($"{name}-pool/shard-2.parquet"), folder.File("targets.parquet"));
        }
        for (var index = Math.Min(1, partitions); index <= partitions; index++)
        {
            var options = new ScoreOptions(model, [folder.File($"{name}-pool")], folder.File(index == 0 ? name : $"{name}-{index}"))
            {
                Passes = passes,
                Masks = masks,
                RankBy = passes > 0 ? "bald" : "entropy",
                Partition = index == 0 ? null : new Partition(index, partitions),
            };
            await ScoreRun.ExecuteAsync(options, Context());
        }
    }

    public static string Id(int row) => FormattableString.Invariant($"row-{row:D4}");

    /// <summary>Selects and reads <c>selected.csv</c>.</summary>
    public static async Task<List<Dictionary<string, string>>> SelectAsync(SelectOptions options)
    {
        await SelectRun.ExecuteAsync(options, Context());
        return Csv(Path.Combine(options.Out, "selected.csv"));
    }

    public SelectOptions Options(string strategy, int top, string scores = "scored", string output = "query") =>
        new([folder.File(scores)], top, strategy, folder.File(output)) { Targets = strategy == "epig" ? [folder.File("targets.parquet")] : [] };

    public static List<Dictionary<string, string>> Csv(string path)
    {
        var lines = System.IO.File.ReadAllLines(path);
        var header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(l => header.Zip(l.Split(',')).ToDictionary(c => c.First, c => c.Second))];
    }

    public static CommandContext Context(ProgressMode mode = ProgressMode.Quiet, TextWriter? error = null, ILogger? log = null) => new(
        log ?? NullLogger.Instance, TimeProvider.System, new ProgressDisplay(mode, error ?? TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

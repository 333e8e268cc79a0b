using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Audits;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Benchmarks;

/// <summary>
/// How many of 500 planted copies the audit finds: test rows replaced by altered train rows, and the share whose original is the nearest
/// train row, by pixels and by embeddings.
/// </summary>
internal sealed class PlantedBenchmark : IDisposable
{
    private const int Planted = 500;
    private const string Column = "features";
    private readonly string train;
    private readonly PictureFormat shape;
    private readonly ulong seed;
    private readonly string folder = Directory.CreateTempSubdirectory("planted-").FullName;
    private readonly CommandContext context = new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, Console.Error, TimeProvider.System), CancellationToken.None);
    private readonly Dictionary<string, (string Original, string Kind)> truth = [];

    private PlantedBenchmark(string train, string test, PictureFormat shape, ulong seed)
    {
        (this.train, this.shape, this.seed) = (train, shape, seed);
        Plant(Read(train), Read(test));
    }

    private string Test => Path.Combine(folder, "test.parquet");

    /// <param name="args">A seed, then either nothing or <c>made</c> (made images of 32 × 32 in colour) or the train split, the test split and the images' shape; then what to measure: <c>pixels</c>, <c>averaged</c>, <c>cnn</c>, <c>embed</c>, <c>labels</c>, or a published model's folder; views may follow after <c>@</c>, as in <c>averaged@shift,flip</c>, with <c>@best</c> behind them the most similar, and averaged pixels after <c>+</c>, as in <c>models/f-cnn+@flip</c>.</param>
    public static async Task RunAsync(string[] args)
    {
        var seed = ulong.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
        using var images = args is [_] or [_, "made", ..] ? new MadeImages(seed) : null;
        var (train, test, shape) = images is null ? (args[1], args[2], PictureFormat.Parse(args[3])!) : (images.Train, images.Test, MadeImages.Shape);
        using var benchmark = new PlantedBenchmark(train, test, shape, seed);
        Console.WriteLine($"| compared by | found | {string.Join(" | ", PlantedCopies.Kinds)} | training | of it CPU |");
        Console.WriteLine($"| --- | --- | {string.Join(" | ", PlantedCopies.Kinds.Select(_ => "---"))} | --- | --- |");
        var some = args.Skip(images is null ? 4 : 2).ToArray();
        string[] chosen = some is [] ? ["pixels", "cnn", "embed", "labels"] : some;
        foreach (var what in chosen)
        {
            await benchmark.MeasureAsync(what);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task MeasureAsync(string what)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var name = what.Split('@')[0];
        var model = name.TrimEnd('+') switch
        {
            "pixels" or "averaged" => null,
            "cnn" => await TrainAsync(),
            "embed" => await EmbedAsync(labelColumn: null),
            "labels" => await EmbedAsync("label"),
            var published => published,
        };
        var (took, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
        var options = new AuditOptions([this.train], [Test], Path.Combine(folder, "audit"))
        {
            Page = new() { Image = shape.ToString(), Pairs = 0 },
            Vectors = new()
            {
                Model = model,
                Columns = name == "pixels" ? [Column] : [],
                Pixels = name == "averaged" || name.EndsWith('+') ? 1 : null,
                Views = what.Split('@') is [_, var views, ..] ? views : null,
                BestView = what.EndsWith("@best", StringComparison.Ordinal),
            },
        };
        await AuditRun.ExecuteAsync(options, context);
        var found = TextTable.Read(Path.Combine(options.Out, "pairs.csv"), "kind", "test_id", "train_id")
            .Where(pair => pair[0] == "test-train" && truth.TryGetValue(pair[1]!, out var planted) && planted.Original == pair[2])
            .Select(pair => truth[pair[1]!].Kind).ToList();
        var kinds = PlantedCopies.Kinds.Select(kind => found.Count(k => k == kind) / (double)truth.Values.Count(t => t.Kind == kind));
        Console.WriteLine($"| {what} | {found.Count / (double)truth.Count:N3} | {string.Join(" | ", kinds.Select(k => $"{k:N2}"))} | {took.TotalSeconds:N0} s | {used.TotalSeconds:N0} s |");
    }

    private async Task<string?> TrainAsync()
    {
        var request = new TrainRequest("cnn", [train])
        {
            LabelColumn = "label",
            Models = Path.Combine(folder, "models"),
            Options = new TrainOptions { Network = NetworkSpec.Load("cnn"), Epochs = 3, Seed = seed, Steps = new() { BatchRows = 256 } },
        };
        return (await TrainRound.ExecuteAsync(request, context)).Model;
    }

    private async Task<string?> EmbedAsync(string? labelColumn)
    {
        var request = new EmbedRequest("embed", [train]) { Image = shape, LabelColumn = labelColumn, Models = Path.Combine(folder, "models"), Seed = seed };
        return (await EmbedRound.ExecuteAsync(request, context)).Model;
    }

    private void Plant(List<(string Id, float[] Pixels)> train, List<(string Id, float[] Pixels)> test)
    {
        var random = new PhiloxStream(seed, 1);
        var (least, most) = (train.Min(r => r.Pixels.Min()), train.Max(r => r.Pixels.Max()));
        var copies = new PlantedCopies(shape.Channels, shape.Height, shape.Width, least, most - least, random);
        for (var i = 0; i < Planted; i++)
        {
            var (at, original, kind) = ((int)((long)i * test.Count / Planted), train[random.Below(train.Count)], PlantedCopies.Kinds[i % PlantedCopies.Kinds.Length]);
            test[at] = (test[at].Id, copies.Alter(original.Pixels, kind));
            truth[test[at].Id] = (original.Id, kind);
        }
        using var writer = new ShardWriter(Test, [new("id", ShardType.Text), new(Column, ShardType.FloatList, shape.Numbers)]);
        writer.Write(test.Count, test.Select(r => r.Id).ToArray(), test.SelectMany(r => r.Pixels).ToArray());
        writer.Complete();
    }

    private List<(string Id, float[] Pixels)> Read(string pool)
    {
        var schema = new RowSchema([new VectorColumn(Column, shape.Numbers)]);
        var batch = new RowBatch(schema, 2048);
        var rows = new List<(string, float[])>();
        foreach (var shard in ShardSet.Resolve([pool]))
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, CancellationToken.None))
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => (batch.Ids[i], batch.Vectors[0][(i * shape.Numbers)..((i + 1) * shape.Numbers)])));
            }
        }
        return rows;
    }
}

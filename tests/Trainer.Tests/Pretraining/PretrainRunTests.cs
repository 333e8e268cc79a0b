using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>LSA of a made pool, against TF-IDF and subspaces written plainly.</summary>
public sealed class PretrainRunTests : IDisposable
{
    private const int Rows = 90;
    private const int Width = 12;
    private const int Units = 3;
    private readonly TestFolder folder = new();

    public PretrainRunTests()
    {
        Write("pool/a", 0, 40);
        Write("pool/b", 40, Rows);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheDirectionsAreThoseInWhichTheWeightedRowsDifferMost()
    {
        var pool = ShardSet.Resolve([folder.File("pool")]);
        var weights = TermWeights.Read(pool, pool.Vector("features"), _ => { }, TestContext.Current.CancellationToken);
        var rows = Enumerable.Range(0, Rows).Select(Plain).ToArray();

        weights.Idf[0].Should().BeApproximately(1 + Math.Log((1.0 + Rows) / (1 + rows.Count(row => row[0] != 0))), 1e-12);
        var directions = new LatentDirections(weights, Units);
        directions.Draw(1);
        for (var pass = 0; pass < 40; pass++)
        {
            directions.Pass(pool, _ => { }, TestContext.Current.CancellationToken);
        }

        // C Q = Q (Qᵀ C Q): the directions span a subspace that the rows' second moments keep.
        var weighted = rows.Select(row => Unit([.. row.Select((value, place) => value * weights.Idf[place])])).ToArray();
        double[] Of(int direction) => [.. Enumerable.Range(0, Width).Select(place => directions.Values[(place * Units) + direction])];
        var basis = Enumerable.Range(0, Units).Select(Of).ToArray();
        foreach (var direction in basis)
        {
            var moved = Enumerable.Range(0, Width).Select(place => weighted.Average(row => row[place] * Dot(row, direction))).ToArray();
            var kept = Enumerable.Range(0, Width).Select(place => basis.Sum(other => Dot(moved, other) * other[place])).ToArray();
            moved.Zip(kept, (m, k) => Math.Abs(m - k)).Max().Should().BeLessThan(1e-4);
            basis.Select(other => Dot(direction, other)).Should().AllSatisfy(dot => Math.Min(Math.Abs(dot), Math.Abs(dot - 1)).Should().BeLessThan(1e-9));
        }
        directions.Explained[^1].Should().BeApproximately(weighted.Average(row => basis.Sum(direction => Dot(row, direction) * Dot(row, direction))), 1e-4);
        directions.Explained.Take(5).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task APackageIsOneProductAndANormAndATrainingStartsFromIt()
    {
        var summary = await RunAsync();
        Write("other/all", 0, Rows);
        var again = await RunAsync(pool: "other", models: "again");

        again.Sha256.Should().Be(summary.Sha256, "neither shards nor their order decide");
        var package = ModelPackage.Open(summary.Model);
        using var session = new ModelSession(package.Model);
        using var input = TensorBuffer.Floats(1, Width);
        Row(7).CopyTo(input.Span);
        var embedding = session.Run(new Dictionary<string, TensorBuffer> { ["features"] = input })["embedding"].Values;
        embedding.Should().HaveCount(Units);
        embedding.Sum(v => (double)v * v).Should().BeApproximately(1, 1e-5);
        var network = TransferNetwork.Build(new TransferSpec(package) { Freeze = ["*"] }, [ShardSet.Resolve([folder.File("pool")]).Vector("features")], classes: 3, seed: 1);
        (network.EmbeddingWidth, network.Given.Count).Should().Be((Units, 0));
    }

    [Fact]
    public async Task AKilledRunGoesOnAfterItsLastPass()
    {
        var whole = await RunAsync();
        var rows = 0;
        var pool = ShardSet.Resolve([folder.File("pool")]);
        var weights = TermWeights.Read(pool, pool.Vector("features"), _ => { }, TestContext.Current.CancellationToken);
        var killed = new LatentDirections(weights, Units);
        killed.Draw(0);
        killed.Pass(pool, advanced => rows += (int)advanced, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(folder.File("killed", "t"));
        new ProgressFile(folder.File("killed", "t", "pretrain.progress"), $"lsa 1 {weights.Sha256} {Units} 0").Keep(killed.Write);

        var resumed = await RunAsync(models: "killed");

        (resumed.ResumedPasses, resumed.Passes, resumed.Sha256).Should().Be((1, whole.Passes, whole.Sha256));
        rows.Should().Be(Rows);
        File.Exists(folder.File("killed", "t", "pretrain.progress")).Should().BeFalse();
        File.WriteAllText(folder.File("killed", "t", "pretrain.progress"), "somebody's");
        (await RunAsync(models: "killed")).ResumedPasses.Should().Be(0);
    }

    [Fact]
    public async Task WhatCannotBeLearntFromIsRefused()
    {
        await Running(r => r with { Units = Rows }).Should().ThrowAsync<DataException>().WithMessage("the pool has 90 rows * expected more rows than --units 90*");
        await Running(r => r with { Method = "svd" }).Should().ThrowAsync<UsageException>().WithMessage("--method 'svd' is none, expected lsa, autoencoder*");
        await Running(r => r with { Units = 1 }).Should().ThrowAsync<UsageException>().WithMessage("--units is 1*");
    }

    private Func<Task> Running(Func<PretrainRequest, PretrainRequest> with) => () => PretrainRun.ExecuteAsync(with(Request("pool", "models")), Context());

    private Task<PretrainSummary> RunAsync(string pool = "pool", string models = "models") => PretrainRun.ExecuteAsync(Request(pool, models), Context());

    private PretrainRequest Request(string pool, string models) => new("t", [folder.File(pool)]) { Units = Units, Models = folder.File(models) };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);

    private static double[] Plain(int row) => [.. Row(row).Select(value => (double)value)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Unit(double[] row) => [.. row.Select(value => value / Math.Sqrt(Dot(row, row)))];

    /// <summary>Three topics of three words each, and three words that any row may have.</summary>
    private static float[] Row(int row)
    {
        var values = new float[Width];
        for (var word = 0; word < 3; word++)
        {
            values[(row % 3 * 3) + word] = 1 + ((row * (word + 2) * 7 % 5) * 0.2f);
        }
        values[9 + (row * 5 % 7 % 3)] = row % 4 * 0.3f;
        return values;
    }

    private void Write(string name, int first, int end)
    {
        int[] rows = [.. Enumerable.Range(first, end - first)];
        using var writer = new ShardWriter(folder.File(name + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
        writer.Write(rows.Length, rows.Select(row => $"row-{row}").ToArray(), rows.SelectMany(Row).ToArray());
        writer.Complete();
    }
}

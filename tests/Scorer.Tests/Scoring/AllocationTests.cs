using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Scoring;

/// <summary>Not beside other tests: what they allocate would count too.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests : IDisposable
{
    private const int Width = 12;
    private const int BatchRows = 256;
    private const int Batches = 100;

    // A string of ten characters: header, type, length, characters and a zero, rounded up to eight bytes.
    private const int IdBytes = 48;

    // What Parquet.Net allocates to encode a row of scores, mostly for finding the texts that repeat; measured 133. It is garbage when its row group is written.
    private const int EncodedRowBytes = 200;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// What is left per batch besides the ids and the encoding: the registration with the token that stops the run where a thread has to wait, of which
    /// there are a few, and the names that ONNX Runtime is handed with each tile. A single array of a batch's rows would be 2,048 bytes.
    /// </summary>
    [Fact]
    public async Task ABatchAllocatesLittleButItsIds()
    {
        using var committee = Committee.Compile(TestModels.Mlp(0.5f, Width, 8, 3), [new FeatureInput("features", [new VectorColumn("features", Width)], [-1, Width])], 4, 0);
        committee.TileRows.Should().Be(BatchRows);
        var (few, many) = (WriteShard("few", Batches), WriteShard("many", 2 * Batches));
        await Allocated(committee, few);

        var added = await Allocated(committee, many) - await Allocated(committee, few);

        (added / (double)Batches - BatchRows * (IdBytes + EncodedRowBytes)).Should().BeLessThan(1000);
    }

    private async Task<long> Allocated(Committee committee, Shard shard)
    {
        var scores = new ScoreFolder(folder.File("out"));
        scores.Open();
        using var pipeline = new ScorePipeline(committee, BatchRows, threads: 2);
        using var writer = new ScoreWriter(scores, "test", ["a", "b", "c"]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await pipeline.RunAsync([shard], writer.Write, TestContext.Current.CancellationToken);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private Shard WriteShard(string name, int batches)
    {
        var (path, rows) = (folder.File(name + ".parquet"), batches * BatchRows);
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
        writer.Write(rows, Enumerable.Range(0, rows).Select(i => $"row-{i:D6}").ToArray(), TestModels.Numbers(1, rows * Width));
        writer.Complete();
        return new Shard(name, path);
    }
}

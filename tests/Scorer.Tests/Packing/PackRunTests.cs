using ParquetPool.Errors;
using ParquetPool.Scorer.Packing;
using ParquetPool.Scorer.Tests.Scoring;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Tests.Packing;

public sealed class PackRunTests : PoolTests
{
    [Fact]
    public async Task APackedPoolGetsTheSameRanking()
    {
        var summary = await Pack("packed");
        await Run(Options("before"));
        await Run(Options("after") with { Pool = [InFolder("packed")] });

        summary.Rows.Should().Be(3 * RowsPerShard);
        summary.Columns.Should().Equal("features");
        summary.Faster.Should().BePositive();
        Directory.GetFiles(InFolder("packed"), "*.parquet").Select(Path.GetFileName).Should().BeEquivalentTo("shard-0.parquet", "shard-1.parquet", "shard-2.parquet");
        (await File.ReadAllBytesAsync(InFolder("after/ranked.parquet"), TestContext.Current.CancellationToken))
            .Should().Equal(await File.ReadAllBytesAsync(InFolder("before/ranked.parquet"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ThePoolIsNotReplaced()
    {
        var act = () => Pack("pool");

        (await act.Should().ThrowAsync<UsageException>()).WithMessage("*would replace*shard-0.parquet*");
    }

    [Fact]
    public async Task AFolderThatAnotherRunWritesIsLeftToIt()
    {
        using (FolderHold.Take(InFolder("packed")))
        {
            await FluentActions.Awaiting(() => Pack("packed")).Should().ThrowAsync<IOException>().WithMessage("*packed is being written by another run*");
        }

        (await Pack("packed")).Rows.Should().Be(3 * RowsPerShard);
        Directory.GetFiles(InFolder("packed"), ".*").Select(Path.GetFileName).Should().Equal(WrittenFiles.FileName);
    }

    [Fact]
    public async Task APoolWithoutListsIsAClearAnswer()
    {
        await Pack("packed");

        var act = () => PackRun.ExecuteAsync([InFolder("packed")], InFolder("again"), [], Context(TestContext.Current.CancellationToken));

        (await act.Should().ThrowAsync<DataException>()).WithMessage("*nothing to pack*");
    }

    private Task<PackSummary> Pack(string name) => PackRun.ExecuteAsync(Shards(), InFolder(name), [], Context(TestContext.Current.CancellationToken));
}

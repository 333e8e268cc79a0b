using ParquetPool.Storage;
using ParquetPool.Trainer.Demo;

namespace ParquetPool.Trainer.Tests.Demo;

public sealed class SyntheticPoolTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_of_a_larger_pool_go_and_what_other_commands_wrote_stays()
    {
        var pool = new SyntheticPool(1, new PoolShape(Classes: 3, ImageWidth: 4, TextWidth: 4, MissingText: 0));
        pool.Write(folder.File("pool"), 30, 10, shardRows: 10, _ => { });
        var other = WrittenFiles.Claim(folder.File("pool"), ["ranked.parquet"]);
        File.WriteAllText(folder.File("pool/ranked.parquet"), "of another command");
        other.Complete();

        pool.Write(folder.File("pool"), 20, 10, shardRows: 10, _ => { });

        Directory.GetFiles(folder.File("pool"), "*.parquet").Select(Path.GetFileName).Should().BeEquivalentTo("train-00000.parquet", "train-00001.parquet", "test-00000.parquet", "ranked.parquet");
    }
}

using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Tables;

public sealed class OtherTablesTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly TableFolder table;

    public OtherTablesTests() => table = new(folder);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("metadata/00001-2f1a.metadata.json", "data/a.parquet", "", "*/table is an Apache Iceberg table*export a snapshot as plain Parquet files*")]
    [InlineData("metadata/v3.metadata.json", "data/year=2024/a.parquet", "data", "*Apache Iceberg*")]
    [InlineData("metadata/v3.metadata.json", "data/a.parquet", "data/*.parquet", "*Apache Iceberg*")]
    [InlineData(".hoodie/hoodie.properties", "2024/a_1-0-1_2024.parquet", "", "*Apache Hudi*")]
    [InlineData("schema/schema-0", "bucket-0/data-1.parquet", "", "*Apache Paimon*")]
    public void Tables_whose_logs_are_not_read_are_refused(string mark, string file, string named, string message)
    {
        table.Text(mark, "{}").File(file, "a");

        FluentActions.Invoking(() => table.Ids(named)).Should().Throw<DataException>().WithMessage(message);
    }

    [Theory]
    [InlineData("metadata/notes.json")]
    [InlineData("schema/schema.json")]
    [InlineData("_SUCCESS")]
    [InlineData("_committed_123")]
    [InlineData("_common_metadata")]
    public void Other_files_beside_rows_are_nothing(string name)
    {
        table.Text(name, "{}").File("a.parquet", "a");

        table.Ids().Should().Equal("a0", "a1");
    }

    [Fact]
    public void Of_a_stream_s_files_those_of_whole_batches_count()
    {
        table.File("part-0.parquet", "a").File("part-1.parquet", "b").File("day=2/part-2.parquet", "c").File("part-failed.parquet", "x")
            .Text("_spark_metadata/0", "v1", Sink("part-0.parquet")).Text("_spark_metadata/1.compact", "v1", Sink("part-0.parquet"), Sink("part-1.parquet")).Text("_spark_metadata/2", "v1", Sink("day%3D2/part-2.parquet"));

        table.Ids().Should().Equal("a0", "a1", "b0", "b1", "c0", "c1");
        ShardSet.Resolve([table.Root]).Should().HaveCount(3);
    }

    [Fact]
    public void A_stream_s_log_that_lacks_a_batch_is_refused()
    {
        table.File("part-0.parquet", "a").Text("_spark_metadata/0", "v1", Sink("part-0.parquet")).Text("_spark_metadata/2", "v1");

        FluentActions.Invoking(() => table.Ids()).Should().Throw<DataException>().WithMessage("*lacks batch 1 of 2*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("v2")]
    public void A_batch_that_does_not_begin_as_Spark_s_do_is_refused(string first)
    {
        table.File("part-0.parquet", "a").Text("_spark_metadata/0", first);

        FluentActions.Invoking(() => table.Ids()).Should().Throw<DataException>().WithMessage("*_spark_metadata/0 does not begin with v1*");
    }

    private static string Sink(string path) => $$"""{"path":"hdfs://host/lake/table/{{path}}","size":1,"isDir":false,"modificationTime":0,"blockReplication":1,"blockSize":1,"action":"add"}""";
}

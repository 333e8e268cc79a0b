using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;
using static ParquetPool.Shared.Tests.Tables.TableFolder;

namespace ParquetPool.Shared.Tests.Tables;

public sealed class DeltaLogTests : IDisposable
{
    private const string Vector = "\"partitionValues\":{},\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\"ab\",\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1}";
    private readonly TestFolder folder = new();
    private readonly TableFolder table;

    public DeltaLogTests() => table = new(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_rows_of_files_that_the_log_has_not_removed_are_rows()
    {
        Updated();

        table.Ids().Should().Equal("b0", "b1", "c0", "c1");
        table.Ids("*.parquet").Should().Equal("b0", "b1", "c0", "c1");
        table.Ids("**/*.parquet").Should().Equal("b0", "b1", "c0", "c1");
        table.Ids("b.parquet").Should().Equal("b0", "b1");
        table.Ids("..").Should().Equal("b0", "b1", "c0", "c1");
        ShardSet.Files(table.Root).Should().HaveCount(2);
    }

    [Fact]
    public void A_removed_file_that_is_named_itself_is_told()
    {
        Updated();

        FluentActions.Invoking(() => table.Ids("a.parquet")).Should().Throw<DataException>().WithMessage("*a.parquet: the log of the table */table does not name this file at version 2*");
    }

    [Fact]
    public void A_file_that_no_version_names_is_no_data()
    {
        Updated();
        table.File("written-and-never-committed.parquet", "x");

        table.Ids().Should().Equal("b0", "b1", "c0", "c1");
    }

    [Theory]
    [InlineData("00000000000000000002.checkpoint.parquet")]
    [InlineData("00000000000000000002.checkpoint.0000000001.0000000001.parquet")]
    [InlineData("00000000000000000002.checkpoint.0c8f3a52-6d57-4c5e-9a5e-1f1c5f0d0b11.parquet")]
    public void A_checkpoint_stands_for_all_commits_up_to_its_own(string name)
    {
        table.File("a.parquet", "a").File("b.parquet", "b").File("c.parquet", "c").File("d.parquet", "d")
            .Checkpoint(name, $"SELECT {AddStruct("b.parquet")} AS add, NULL::STRUCT(minReaderVersion INT, minWriterVersion INT) AS protocol UNION ALL SELECT {AddStruct("c.parquet")}, NULL UNION ALL SELECT NULL, {{'minReaderVersion': 1, 'minWriterVersion': 2}}")
            .Commit(3, Remove("c.parquet"), Add("d.parquet")).Commit(2, "not read").Text("_delta_log/_last_checkpoint", """{"version":2,"size":3}""");

        table.Ids().Should().Equal("b0", "b1", "d0", "d1");
    }

    [Fact]
    public void A_checkpoint_that_lacks_a_part_is_passed_over()
    {
        Updated().Checkpoint("00000000000000000001.checkpoint.0000000001.0000000002.parquet", $"SELECT {AddStruct("a.parquet")} AS add");

        table.Ids().Should().Equal("b0", "b1", "c0", "c1");
    }

    [Fact]
    public void Sidecars_of_a_checkpoint_are_read()
    {
        table.File("a.parquet", "a").File("b.parquet", "b")
            .Text("_delta_log/00000000000000000004.checkpoint.0c8f3a52-6d57-4c5e-9a5e-1f1c5f0d0b11.json", """{"checkpointMetadata":{"version":4}}""", """{"sidecar":{"path":"s.parquet","sizeInBytes":1}}""", Features("v2Checkpoint"))
            .Checkpoint("_sidecars/s.parquet", $"SELECT {AddStruct("b.parquet")} AS add");

        table.Ids().Should().Equal("b0", "b1");
    }

    [Fact]
    public void Columns_that_the_files_lack_are_those_of_the_log()
    {
        table.File("a.parquet", "a").File("label=x%3Ay/b.parquet", "b").File("c.parquet", "c").Commit(
            0, Protocol, Metadata, Add("a.parquet", Label("\"cat\"")), Add("label=x%253Ay/b.parquet", Label("\"x:y\"")), Add("c.parquet", Label("null")));

        var shards = ShardSet.Resolve([table.Root]);
        shards.SelectMany(shard => ParquetFiles.ReadAll(shard, new RowSchema([], "label"))).Select(row => row.Label).Should().Equal("cat", "cat", "x:y", "x:y", null, null);
        shards.Select(shard => shard.Columns?.Values is not null).Should().Equal([true, false, true], "the folder's name says it already");
    }

    [Fact]
    public void Features_that_are_allowed_but_not_used_keep_nothing_from_being_read()
    {
        table.File("a.parquet", "a").Commit(0, Features("deletionVectors", "columnMapping", "timestampNtz", "typeWidening"), Metadata, Add("a.parquet", Vector), Add("b.parquet"))
            .Commit(1, Remove("a.parquet", Vector), Remove("b.parquet"), Add("a.parquet"));

        table.Ids().Should().Equal("a0", "a1");
    }

    [Fact]
    public void Deleted_rows_inside_of_files_are_refused()
    {
        table.File("a.parquet", "a").Commit(0, Features("deletionVectors"), Metadata, Add("a.parquet")).Commit(1, Add("a.parquet", Vector), Remove("a.parquet"));

        Refused("*deletion vectors: 1 of its 1 files*REORG TABLE*");
    }

    public static TheoryData<string, string> Unknown => new()
    {
        { Features("variantType"), "*uses variantType, which this version does not know: write a plain Parquet copy*" },
        { """{"protocol":{"minReaderVersion":4,"minWriterVersion":9}}""", "*reader version 4*" },
        { """{"metaData":{"configuration":{"delta.columnMapping.mode":"name"}}}""", "*column mapping (name)*" },
        { """{"metaData":{"schemaString":"{\"fields\":[{\"metadata\":{\"delta.typeChanges\":[]}}]}"}}""", "*type widening*" },
        { Add("s3://other/a.parquet"), "*names s3://other/a.parquet, which lies outside of its folder, as in a shallow clone*" },
        { Add("../a.parquet"), "*names ../a.parquet, which lies outside*" },
        { Add("gone.parquet"), "*1 files that its log names at version 1 are not there, such as */table/gone.parquet*" },
        { "", "*00000000000000000001.json is empty, expected what version 1 changed*" },
        { """{"add":{"path":"\ud800.parquet","partitionValues":{}}}""", "*00000000000000000001.json: line 1 is no JSON object*" },
        { "{", "*00000000000000000001.json: line 1 is no JSON object*" },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_is_not_understood_is_refused_and_named(string line, string message)
    {
        table.File("a.parquet", "a").Commit(0, Protocol, Metadata, Add("a.parquet")).Commit(1, line);

        Refused(message);
    }

    [Fact]
    public void Names_that_stand_twice_and_a_copy_of_the_log_inside_itself_change_nothing()
    {
        table.File("a b.parquet", "a").Commit(0, Protocol, Metadata, Add("a%20b.parquet", "\"partitionValues\":{\"p\":\"1\",\"p\":\"2\"}"), Add("a b.parquet"))
            .Text("_delta_log/_delta_log/00000000000000000000.json", Protocol).Text("_delta_log/_delta_log/00000000000000000001.json", Remove("a b.parquet"));

        table.Ids().Should().Equal("a0", "a1");
    }

    [Fact]
    public void A_log_that_cannot_be_gone_by_hides_no_change_from_who_watches()
    {
        table.File("a.parquet", "a").Commit(0, "{");

        ShardSet.Files(table.Root).Should().ContainSingle();
    }

    [Fact]
    public void A_log_that_is_not_whole_is_refused()
    {
        table.File("a.parquet", "a").Commit(0, Protocol, Metadata, Add("a.parquet")).Commit(2, Add("a.parquet"));
        Refused("*lacks version 1 of 2*");

        table.Commit(1, Remove("x")).Text("_delta_log/_last_checkpoint", """{"version":7}""");
        Refused("*ends at version 2, but its _last_checkpoint names version 7*");
    }

    [Fact]
    public void A_log_that_tells_nothing_is_refused()
    {
        table.File("a.parquet", "a").Commit(0, """{"commitInfo":{}}""");

        Refused("*tells of no file and no protocol*");
    }

    private TableFolder Updated() => table.File("a.parquet", "a").File("b.parquet", "b").File("c.parquet", "c")
        .Commit(0, """{"commitInfo":{}}""", Protocol, Metadata, Add("a.parquet")).Commit(1, Add("b.parquet")).Commit(2, Remove("a.parquet"), Add("c.parquet"), "")
        .Text("_delta_log/00000000000000000002.crc", "{}").Text("_delta_log/00000000000000000000.00000000000000000002.compacted.json", "not read");

    private void Refused(string message) => FluentActions.Invoking(() => table.Ids()).Should().Throw<DataException>().WithMessage(message);

    private static string Features(params string[] names) => $$$"""{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":[{{{string.Join(",", names.Select(name => $"\"{name}\""))}}}]}}""";

    private static string Label(string value) => $"\"partitionValues\":{{\"label\":{value}}}";

    private static string AddStruct(string path) => $"{{'path': '{path}', 'partitionValues': MAP {{}}::MAP(VARCHAR, VARCHAR), 'size': 1, 'stats': 'x'}}";
}

using ParquetPool.Commands;

namespace ParquetPool.Shared.Tests.Commands;

public class NextCommandTests
{
    [Fact]
    public void A_line_can_be_copied_into_a_shell() =>
        NextCommand.Line("scorer", ["select", .. NextCommand.Option("--scores", "my scores"), .. NextCommand.Option("--exclude"), "--by", "it's"])
            .Should().Be(OperatingSystem.IsWindows() ? """next: scorer select --scores "my scores" --by "it's" """.TrimEnd() : """next: scorer select --scores 'my scores' --by 'it'\''s'""");

    [Theory]
    [InlineData("--pool a.parquet b.parquet", "a.parquet", "b.parquet")]
    [InlineData("--pool pool/train-0000*.parquet", "pool/train-00000.parquet", "pool/train-00001.parquet", "pool/train-00002.parquet")]
    [InlineData("--pool s3://team/pool/*.parquet", "s3://team/pool/a.parquet", "s3://team/pool/b.parquet", "s3://team/pool/cc.parquet")]
    [InlineData("--pool one two three", "one", "two", "three")]
    [InlineData("--pool a/x.parquet b/x.parquet c/x.parquet", "a/x.parquet", "b/x.parquet", "c/x.parquet")]
    public void Many_files_that_a_shell_made_of_a_glob_are_told_by_one(string expected, params string[] values) =>
        string.Join(' ', NextCommand.Option("--pool", values)).Should().Be(expected);
}

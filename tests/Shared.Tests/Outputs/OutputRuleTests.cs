using ParquetPool.Errors;
using ParquetPool.Outputs;

namespace ParquetPool.Shared.Tests.Outputs;

public sealed class OutputRuleTests : IDisposable
{
    private readonly TestFolder folder = new();

    public OutputRuleTests()
    {
        File.WriteAllText(folder.File("work", "pool", "deep", "a.parquet"), "rows");
        File.WriteAllText(folder.File("work", "pool", "b.parquet"), "rows");
        File.WriteAllText(folder.File("work", "labels.csv"), "id,label");
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("work", "pool"));
        Directory.CreateSymbolicLink(folder.File("work", "far"), folder.File("else", "where"));
        File.CreateSymbolicLink(folder.File("linked", "c.parquet"), folder.File("work", "pool", "b.parquet"));
    }

    [Theory]
    [InlineData("work/pool", "work/pool", "is")]
    [InlineData("work/pool/", "work/pool", "is")]
    [InlineData("work/pool/scored", "work/pool", "lies in")]
    [InlineData("work", "work/pool", "contains")]
    [InlineData("work/pool", "work/pool/b.parquet", "contains")]
    [InlineData("work/pool", "work/pool/*.parquet", "lies among")]
    [InlineData("work/labels.csv", "work/labels.csv", "is")]
    [InlineData("work/labels.csv/show.html", "work/labels.csv", "lies in")]
    [InlineData("link", "work/pool", "is")]
    [InlineData("link/scored", "work/pool", "lies in")]
    [InlineData("work/pool/scored", "link", "lies in")]
    [InlineData("work/new/../pool", "work/pool", "is")]
    [InlineData("link/../pool", "work/pool", "is")] // The folder above is that of what the link leads to.
    [InlineData("work", "linked", "contains")] // A link in the pool leads there.
    [InlineData("work/pool", "linked/*.parquet", "contains")]
    [InlineData("work/pool/scored", "work/**/*.parquet", "lies among")]
    [InlineData("work/pool/scored", "work/pool/**/shard-?.parquet", "lies among")]
    [InlineData("work/pool/scored", "work/pool/*/*.parquet", "lies among")]
    [InlineData("s3://team/pool", "s3://team/pool", "is")]
    [InlineData("s3://team/pool/scored", "s3://team/pool/", "lies in")]
    [InlineData("s3://team", "s3://team/pool", "contains")]
    [InlineData("s3://team/pool/x/..", "s3://team/pool", "is")]
    [InlineData("s3://team/pool/scored", "s3://team/pool/**/*.parquet", "lies among")]
    [InlineData("s3://team/pool", "s3://team/pool/*.parquet", "contains")]
    public void An_output_that_is_contains_or_lies_among_an_input_is_refused(string output, string input, string how) =>
        Requiring(output, input).Should().Throw<UsageException>().WithMessage($"--out {At(output)} {how}*--pool {At(input)}*choose*");

    [Theory]
    [InlineData("work/scored", "work/pool")]
    [InlineData("work/pool-scored", "work/pool")]
    [InlineData("work/pool/scored", "work/pool/*.parquet")] // The glob does not look into folders.
    [InlineData("work/out.csv", "work/labels.csv")]
    [InlineData("new", "no/such/pool")]
    [InlineData("s3://team/pool-scored", "s3://team/pool")]
    [InlineData("s3://other/pool", "s3://team/pool")]
    [InlineData("az://team/pool", "s3://team/pool")]
    [InlineData("work/pool", "s3://team/pool")]
    public void One_that_lies_apart_is_not(string output, string input) => Requiring(output, input).Should().NotThrow();

    [Fact]
    public void Folders_that_lead_to_themselves_are_no_trouble()
    {
        Directory.CreateSymbolicLink(folder.File("round", "and", "round"), folder.File("round"));

        Requiring("scored", "round").Should().NotThrow();
        Requiring("round/and/round/and/x", "round").Should().Throw<UsageException>();
    }

    [Fact]
    public void Two_outputs_in_one_place_are_refused()
    {
        var act = () => OutputRule.RequireOwn([new Place("--out", At("new.csv")), new Place("--page", At("./new.csv"))]);

        act.Should().Throw<UsageException>().WithMessage("--page*is --out*written too*");
        OutputRule.RequireOwn([new Place("--out", At("new.csv")), new Place("--page", At("new.html"))]);
    }

    [Theory]
    [InlineData("work/labels.csv")]
    [InlineData("work/labels.csv/")]
    [InlineData("work/labels.csv/scored")]
    public void A_file_where_a_folder_is_to_be_is_told(string output)
    {
        var act = () => OutputRule.RequireFolders([new Place("--out", At(output))], ["--out"]);

        act.Should().Throw<IOException>().WithMessage($"--out {At(output)} cannot be written: {At("work/labels.csv")} is a file, expected a folder*choose*");
        OutputRule.RequireFolders([new Place("--out", At("work/pool")), new Place("--page", At("work/labels.csv"))], ["--out"]);
    }

    public void Dispose() => folder.Dispose();

    private Action Requiring(string output, string input) => () => OutputRule.Require([new Place("--out", At(output))], [new Place("--pool", At(input))]);

    private string At(string path) => path.Contains("://", StringComparison.Ordinal) ? path : $"{folder.Root}/{path}";
}

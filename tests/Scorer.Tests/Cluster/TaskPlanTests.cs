using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Tests.Cluster;

public sealed class TaskPlanTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AScoreIsPartitionsOfThePoolAndTheModelAsTheyAreNow()
    {
        for (var shard = 0; shard < 7; shard++)
        {
            File.WriteAllText(folder.File("my pool", $"shard-{shard}.parquet"), "");
        }
        string[] arguments = ["score", "--model", "model.onnx", "--pool", "my pool", "--passes", "5", "--top", "9", "--rank-by", "margin", "--exclude", "labels.csv", "--out", folder.File("out")];

        var tasks = TaskPlan.Of(arguments, folder.File("out"), folder.Root);

        tasks.Select(task => TaskPlan.PartitionOf(task.Arguments)).Should().Equal(Enumerable.Range(1, 4).Select(i => new Partition(i, 4)));
        File.WriteAllText(folder.File("my pool", "late.parquet"), "");
        var given = tasks[2].Arguments.Skip(1).SelectMany(argument => argument.StartsWith('@') ? File.ReadAllLines(argument[1..]) : [argument]);
        var parse = ScoreCommand.Create().Parse([.. given, "--out", "part"]);
        parse.Errors.Should().BeEmpty();
        var options = ScoreCommand.OptionsOf(parse);
        options.Pool.Should().Equal(Enumerable.Range(0, 7).Select(shard => folder.File("my pool", $"shard-{shard}.parquet")));
        (options.Model, options.Passes, options.RankBy, options.OnBadRows).Should().Be((folder.File("model.onnx"), 5, "margin", BadRows.Reject));
        options.Exclude.Should().BeEmpty("a merge excludes");
    }

    [Fact]
    public void AMergeRanksAsTheScoreWouldHave()
    {
        string[] arguments = ["score", "--model", "m", "--pool", "p", "--top", "9", "--exclude", "a.csv", "b.csv", "--out", "/out"];

        var merge = TaskPlan.MergeOf(arguments, "/out", "/", [new ClusterTask("/out", "part-1-of-2", [], "/") { Attempt = 3 }, new ClusterTask("/out", "part-2-of-2", [], "/") { Attempt = 1 }]);

        merge.Arguments.Should().Equal("merge", "--scores", "/out/parts/part-1-of-2-3", "/out/parts/part-2-of-2-1", "--rank-by", "bald", "--top", "9", "--exclude", "a.csv", "b.csv");
        MergeCommand.Create().Parse([.. merge.Arguments.Skip(1), "--out", "x"]).Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("audit", "--within", "pool")]
    [InlineData("select", "--scores", "scored")]
    [InlineData("score", "--model", "m", "--pool", "p", "--partition", "1/2")]
    public void AnyOtherCommandIsOneTask(params string[] arguments) =>
        TaskPlan.Of([.. arguments, "--out", "/out"], "/out", "/work").Should().ContainSingle().Which.Should().BeEquivalentTo(new ClusterTask("/out", arguments[0], arguments, "/work"));
}

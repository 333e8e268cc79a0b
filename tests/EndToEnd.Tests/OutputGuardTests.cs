namespace ParquetPool.EndToEnd.Tests;

/// <summary>Nothing that the programs did not write is replaced or removed unless they are told to.</summary>
public sealed class OutputGuardTests : IDisposable
{
    private readonly TestFolder folder = new();

    public OutputGuardTests()
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool", "shard-0.parquet"), 0);
    }

    [Fact]
    public async Task AScoredPoolIsNotWrittenOver()
    {
        File.Move(folder.File("pool", "shard-0.parquet"), folder.File("d", "scores", "shard-0.parquet"));
        var before = Bytes();

        var refused = await Tool.Scorer("score", "--model", folder.File("model.onnx"), "--pool", folder.File("d", "scores"), "--out", folder.File("d"), "--passes", "4");

        refused.ExitCode.Should().Be(2, refused.Error);
        refused.Error.Should().Contain("contains --pool").And.Contain("choose a place of its own");
        Bytes().Should().BeEquivalentTo(before);
    }

    [Theory]
    [InlineData("ranked.csv")]
    [InlineData("run.json")]
    [InlineData("scores/shard-0.parquet")]
    [InlineData("scores/shard-0.json")]
    public async Task WhatSomebodyElseWroteIsLeftUnlessForced(string name)
    {
        File.WriteAllText(folder.File("out", name), "{\"mine\": true}");
        var before = Bytes();

        var refused = await Score();
        refused.ExitCode.Should().Be(2, refused.Error);
        refused.Error.Should().Contain(name).And.Contain("--force");
        Bytes().Should().BeEquivalentTo(before);

        await Score("--force").Succeeds();
        await Score().Succeeds();
        File.ReadAllText(folder.File("out", "run.json")).Should().Contain("\"counts\"");
    }

    [Fact]
    public async Task FilesBesideTheOutputStay()
    {
        foreach (var name in new[] { "out/scores/mine.json", "out/scores/mine.parquet", "out/rejects/mine.parquet", "out/mine.tmp", "out/ranked.parquet.tmp" })
        {
            File.WriteAllText(folder.File(name), "mine");
        }

        await Score().Succeeds();
        await Score("--rank-by", "margin").Succeeds();

        Bytes().Where(file => file.Value == "bWluZQ==").Should().HaveCount(5);
    }

    [Fact]
    public async Task AShardThatLeftThePoolLeavesTheScoresToo()
    {
        SmallPool.WriteShard(folder.File("pool", "shard-1.parquet"), 1);
        await Score().Succeeds();
        File.Delete(folder.File("pool", "shard-1.parquet"));

        await Score().Succeeds();

        Directory.EnumerateFiles(folder.File("out", "scores")).Select(Path.GetFileName).Should().BeEquivalentTo("shard-0.parquet", "shard-0.json");
    }

    [Fact]
    public async Task AQueryReplacesNoOtherFile()
    {
        await Score().Succeeds();
        File.WriteAllText(folder.File("query", "selected.parquet"), "mine");
        string[] select = ["select", "--scores", folder.File("out"), "--top", "5", "--strategy", "top", "--out"];

        (await Tool.Scorer([.. select, folder.File("query")])).ExitCode.Should().Be(2);
        File.ReadAllText(folder.File("query", "selected.parquet")).Should().Be("mine");
        // The pool is not named, but read.
        (await Tool.Scorer([.. select, folder.File("pool")])).ExitCode.Should().Be(2);
        (await Tool.Scorer([.. select, folder.File("free")]).Succeeds()).Summary.GetProperty("selected").GetInt32().Should().Be(5);
    }

    [Fact]
    public async Task AMadePoolReplacesOnlyItself()
    {
        string[] synthesize = ["synthesize", "--rows", "60", "--test-rows", "20", "--classes", "2", "--out", folder.File("posts")];
        File.WriteAllText(folder.File("posts", "train-00000.parquet"), "mine");

        (await Tool.Trainer(synthesize)).ExitCode.Should().Be(2);
        File.ReadAllText(folder.File("posts", "train-00000.parquet")).Should().Be("mine");
        await Tool.Trainer([.. synthesize, "--force"]).Succeeds();
        await Tool.Trainer(synthesize).Succeeds();
    }

    public void Dispose() => folder.Dispose();

    private Task<Tool.Result> Score(params string[] more) =>
        Tool.Scorer(["score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("out"), "--passes", "4", "--on-bad-rows", "reject", .. more]);

    private Dictionary<string, string> Bytes() => folder.Files().ToDictionary(file => file, file => Convert.ToBase64String(File.ReadAllBytes(folder.File(file))));
}

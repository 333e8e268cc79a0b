using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What was written and has changed since is noticed: by <c>scorer verify</c>, and by whoever decides by it.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TestFolder folder = new();

    public VerifyTests()
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool", "shard-0.parquet"), 0);
    }

    [Theory]
    [InlineData("ranked.csv")]
    [InlineData("ranked.parquet")]
    [InlineData("scores/shard-0.parquet")]
    [InlineData("scores/shard-0.json")]
    [InlineData("rejects/shard-0.parquet")]
    public async Task AChangedFileIsNamed(string name)
    {
        await Score().Succeeds();
        (await Tool.Scorer("verify", folder.Root).Succeeds()).Summary.GetProperty("files").GetInt32().Should().Be(8);
        Flip(folder.File("out", name));

        var damaged = await Tool.Scorer("verify", folder.Root);

        damaged.ExitCode.Should().Be(3, damaged.Error);
        damaged.Output.Should().Contain("changed").And.Contain($"out/{name}");
        if (name.EndsWith(".csv", StringComparison.Ordinal))
        {
            var refused = await Score();
            refused.ExitCode.Should().Be(2, "somebody may have changed it on purpose");
            refused.Error.Should().Contain($"{name} was changed since this program wrote it");
            File.Delete(folder.File("out", name));
        }
        await Score().Succeeds();
        await Tool.Scorer("verify", folder.Root).Succeeds();
    }

    [Fact]
    public async Task ADamagedShardOfNoListIsNamed()
    {
        Flip(folder.File("pool", "shard-0.parquet"));

        var damaged = await Tool.Scorer("verify", folder.File("pool"));

        damaged.ExitCode.Should().Be(3, damaged.Error);
        damaged.Output.Should().Contain("changed").And.Contain("pool/shard-0.parquet");
    }

    [Fact]
    public async Task AMissingFileIsNamed()
    {
        await Score().Succeeds();
        File.Delete(folder.File("out", "rejects.parquet"));

        (await Tool.Scorer("verify", folder.File("out"))).Output.Should().Contain("missing").And.Contain("out/rejects.parquet");
    }

    [Fact]
    public async Task EditedScoresAreNotSelected()
    {
        await Score().Succeeds();
        using (var writer = new ShardWriter(folder.File("out", "scores", "shard-0.parquet"), [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("predicted", ShardType.Text), new("bald", ShardType.Double)]))
        {
            writer.Write(1, new[] { "row-0-0" }, new[] { "shard-0" }, new[] { 0L }, new[] { "0" }, new[] { 99.0 });
            writer.Complete();
        }

        var refused = await Tool.Scorer("select", "--scores", folder.File("out"), "--top", "1", "--strategy", "top", "--out", folder.File("query"));

        refused.ExitCode.Should().Be(3, refused.Error);
        refused.Error.Should().Contain("shard-0.parquet is gone or has changed since it was scored").And.Contain("score");
    }

    [Fact]
    public async Task APoolOfAnImportThatWasKilledIsNotWholeAndTheImportGoesOn()
    {
        File.WriteAllLines(folder.File("rows.csv"), Enumerable.Range(0, 3000).Select(row => $"r{row},{row},1").Prepend("id,x,y"));
        string[] import = ["import", "--csv", folder.File("rows.csv"), "--out", folder.File("imported"), "--shard-rows", "3"];
        using (var killed = Tool.Start("trainer", import))
        {
            while (!killed.HasExited && !Directory.EnumerateFiles(folder.File("imported", "x")[..^2], "*.parquet").Any())
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var seen = Directory.EnumerateFiles(folder.File("imported"), "*.parquet").Count();
        if (seen < 1000)
        {
            var refused = await Tool.Scorer("pack", "--pool", folder.File("imported"), "--out", folder.File("packed"));
            refused.ExitCode.Should().Be(3, refused.Error);
            refused.Error.Should().Contain("not whole");
        }

        if (seen < 1000 || !(await Tool.Scorer("verify", folder.File("imported"))).Output.Contains("\"faults\":[]", StringComparison.Ordinal))
        {
            await Tool.Trainer(import).Succeeds();
        }

        await Tool.Scorer("verify", folder.File("imported")).Succeeds();
        folder.Files().Where(file => file.StartsWith("imported/", StringComparison.Ordinal)).Should().HaveCount(1000).And.OnlyContain(file => file.EndsWith(".parquet", StringComparison.Ordinal));
    }

    public void Dispose() => folder.Dispose();

    private Task<Tool.Result> Score() =>
        Tool.Scorer("score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("out"), "--passes", "4", "--on-bad-rows", "reject");

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}

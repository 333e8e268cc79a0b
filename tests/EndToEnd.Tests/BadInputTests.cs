using System.Diagnostics;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a user sees when something is wrong: one clear line, the right exit code, nothing lost.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const int Width = 6;
    private const int Rows = 200;
    private readonly TestFolder folder = new();
    private string model = "";

    public async ValueTask InitializeAsync()
    {
        WriteShard("pool/a.parquet", 0, Rows);
        WriteShard("pool/b.parquet", Rows, Rows);
        await File.WriteAllLinesAsync(folder.File("labels.csv"), Enumerable.Range(0, 100).Select(i => $"row-{i},{(i % 3 == 0 ? "yes" : "no")}").Prepend("id,label"));
        await Tool.Trainer("train", "-q", "--task", "small", "--pool", Pool, "--labels", folder.File("labels.csv"), "--epochs", "2", "--models", folder.File("models")).Succeeds();
        model = folder.File("models/small");
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Pool => folder.File("pool");

    [Theory]
    [InlineData(ExitCode.Usage, "--top", "0")]
    [InlineData(ExitCode.Usage, "--rank-by", "cleverness")]
    [InlineData(ExitCode.Usage, "--passes", "many")]
    [InlineData(ExitCode.Usage, "--passes", "0")]
    [InlineData(ExitCode.Usage, "--wrong", "--wrong")]
    [InlineData(ExitCode.Usage, "--device", "cuda")]
    [InlineData(ExitCode.Usage, "--partition", "9/8")]
    [InlineData(ExitCode.Data, "--features", "pixels")]
    [InlineData(ExitCode.Data, "--exclude", "no-such-file.csv")]
    public async Task ScoreNamesTheOptionThatIsWrong(int code, string option, string value) =>
        Failed(await Tool.Scorer("score", "--model", model, "--pool", Pool, "--out", folder.File("out"), option, value), code, value);

    [Fact]
    public async Task AShardThatIsMissingOrCorruptIsNamed()
    {
        Failed(await Score(Path.Combine(Pool, "c.parquet")), ExitCode.Data, "c.parquet");
        var bytes = await File.ReadAllBytesAsync(folder.File("pool/b.parquet"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("pool/b.parquet"), bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        Failed(await Score(Pool), ExitCode.Data, "b.parquet");
        File.Exists(folder.File("out/run.json")).Should().BeFalse();
    }

    [Fact]
    public async Task APipeInAPoolIsNamedAndNotWaitedFor()
    {
        Process.Start("mkfifo", [folder.File("pool/c.parquet")]).WaitForExit();

        Failed(await Score(Pool), ExitCode.Data, "c.parquet is a pipe");
        Failed(await Tool.Scorer("audit", "--within", Pool, "--out", folder.File("audited")), ExitCode.Data, "c.parquet is a pipe");
    }

    [Fact]
    public async Task RowsThatCannotBeScoredEndTheCommandAsBadDataUnlessAccepted()
    {
        WriteShard("pool/c.parquet", 0, 3); // ids that stand in a.parquet
        Failed(await Score(Pool), ExitCode.Data, "3 of 403 rows were rejected, the others are scored and ranked; each: id stands already in");
        File.Exists(folder.File("out/ranked.csv")).Should().BeTrue("the good rows are ranked all the same");

        var accepted = await Tool.Scorer("score", "-q", "--model", model, "--pool", Pool, "--out", folder.File("out"), "--on-bad-rows", "reject").Succeeds();
        accepted.Summary.GetProperty("rejected").GetInt32().Should().Be(3);
        accepted.Error.Should().BeEmpty();
    }

    [Fact]
    public async Task AModelThatIsNotTheOneItsManifestDescribesIsRefused()
    {
        var file = folder.File("models/small/round-0001/model.onnx");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1; // In the middle of a weight.
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        Failed(await Score(Pool), ExitCode.Data, "manifest");
    }

    [Fact]
    public async Task ALabelForAnUnknownRowIsNamed()
    {
        await File.AppendAllTextAsync(folder.File("labels.csv"), "row-9999,yes\n", TestContext.Current.CancellationToken);

        Failed(await Train(), ExitCode.Data, "row-9999");
        Directory.GetDirectories(folder.File("models/small")).Should().HaveCount(1);
    }

    [Fact]
    public async Task ARoundNamesTheFileThatIsNoLabelFile()
    {
        await File.WriteAllTextAsync(folder.File("sheet.csv"), "key,label\nrow-1,yes\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("export.json"), """[{"id": 1, "label": "yes"}]""", TestContext.Current.CancellationToken);

        Failed(await Round(folder.File("sheet.csv")), ExitCode.Data, "no column id");
        Failed(await Round(folder.File("export.json")), ExitCode.Data, "not in the pool");
        Failed(await Round(folder.File("nowhere")), ExitCode.Data, "no such file");
        Failed(await Round(folder.File("labels.csv"), "--min-gain", "7"), ExitCode.Usage, "--min-gain is 7");
        Directory.GetDirectories(folder.File("models/small"), "round-*").Should().HaveCount(1);
    }

    [Fact]
    public async Task ALabelFileOfOneClassIsRefused()
    {
        await File.WriteAllTextAsync(folder.File("labels.csv"), "id,label\nrow-1,yes\nrow-2,yes\n", TestContext.Current.CancellationToken);

        Failed(await Train(), ExitCode.Data, "class");
    }

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsNamed()
    {
        await File.WriteAllTextAsync(folder.File("taken"), "a file", TestContext.Current.CancellationToken);

        Failed(await Tool.Scorer("score", "-q", "--model", model, "--pool", Pool, "--out", folder.File("taken")), ExitCode.Failure, "taken");
        Failed(await Tool.Scorer("audit", "-q", "--train", folder.File("pool/a.parquet"), "--test", folder.File("pool/b.parquet"), "--out", folder.File("taken")), ExitCode.Failure, "taken");
    }

    [Theory]
    [InlineData("SIGINT")]
    [InlineData("SIGTERM")]
    public async Task ACommandThatIsStoppedSaysSoAndLeavesNoHalfFile(string signal)
    {
        WriteShard("pool/c.parquet", 2 * Rows, 400_000);
        using var process = Tool.Start("scorer", "score", "--model", model, "--pool", Pool, "--out", folder.File("out"), "--passes", "100");
        while (!File.Exists(folder.File("out/scores/b.parquet")) && !process.HasExited)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Process.Start("kill", ["-s", signal[3..], $"{process.Id}"]).WaitForExit();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(ExitCode.Cancelled, error);
        error.Should().Contain("stopped");
        Directory.EnumerateFiles(folder.File("out"), "*.tmp", SearchOption.AllDirectories).Should().BeEmpty();
        File.Exists(folder.File("out/run.json")).Should().BeFalse();
    }

    [Fact]
    public async Task TheLastLineOfAGoodRunIsItsSummaryAndQuietIsQuiet()
    {
        var quiet = await Score(Pool).Succeeds();
        quiet.Error.Should().BeEmpty();
        quiet.Summary.GetProperty("rows").GetInt32().Should().Be(2 * Rows);

        var plain = await Tool.Scorer("score", "--model", model, "--pool", Pool, "--out", folder.File("plain")).Succeeds();
        plain.Error.Should().Contain("scoring: 400 rows").And.NotContain("\u001b");
    }

    private Task<Tool.Result> Score(string pool) => Tool.Scorer("score", "-q", "--model", model, "--pool", pool, "--out", folder.File("out"));

    private Task<Tool.Result> Train() =>
        Tool.Trainer("train", "-q", "--task", "small", "--pool", Pool, "--labels", folder.File("labels.csv"), "--epochs", "1", "--models", folder.File("models"));

    private Task<Tool.Result> Round(string labels, params string[] more) =>
        Tool.Trainer(["round", "-q", "--task", "small", "--pool", Pool, "--labels", labels, "--epochs", "1", "--models", folder.File("models"), .. more]);

    private static void Failed(Tool.Result result, int code, string says)
    {
        result.ExitCode.Should().Be(code, result.Error);
        var line = result.Error.TrimEnd().Split('\n').Where(l => !l.StartsWith("scoring", StringComparison.Ordinal)).Should().ContainSingle().Subject;
        line.Should().Contain(says);
    }

    private void WriteShard(string name, int first, int rows)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
        writer.Write(
            rows,
            Enumerable.Range(first, rows).Select(i => $"row-{i}").ToArray(),
            Enumerable.Range(first * Width, rows * Width).Select(i => (i * 7919 % 1000) / 1000f + (i / Width % 3 == 0 ? 1 : 0)).ToArray());
        writer.Complete();
    }
}

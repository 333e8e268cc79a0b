using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Jobs that run by themselves, in a real service that is stopped and killed.</summary>
public sealed class ServeTests : IDisposable
{
    private const int Kills = 4;
    private const int Shards = 8;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AServiceThatIsKilledWhileAJobRunsGoesOnAndTheJobLeavesTheFilesOfAnUndisturbedRun()
    {
        WritePool(Shards);
        await Tool.Scorer("score", "-q", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("undisturbed"), "--passes", "40", "--on-bad-rows", "reject").Succeeds();
        var jobs = WriteJobs("""
            { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "passes": 40, "on-bad-rows": "reject" },
              "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] }
            """);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var service = await Service.StartAsync(jobs, folder.File("state"));
            await service.UntilAsync(() => FinishedShards() >= kill);
            await service.KillAsync();
            await NoCommandAsync();
        }
        await using (var last = await Service.StartAsync(jobs, folder.File("state")))
        {
            await last.UntilAsync(() => Succeeded("nightly") == 1);
            await last.StopAsync();
            last.ExitCode.Should().Be(ExitCode.Success);
        }

        var run = Run("nightly");
        run.GetProperty("attempts").GetInt32().Should().Be(1, "a kill is no failure of the job");
        Directory.GetDirectories(folder.File("scored")).Select(Path.GetFileName).Should().BeEquivalentTo(run.GetProperty("id").GetString(), "latest");
        Outputs(folder.File("scored/latest")).Should().BeEquivalentTo(Outputs(folder.File("undisturbed")));
    }

    [Fact]
    public async Task NewShardsAreScoredWithoutScoringOthersAgainAndASelectionFollows()
    {
        WritePool(2);
        var jobs = WriteJobs(
            """
            { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "on-bad-rows": "reject" },
              "triggers": [{ "newShards": "pool", "quiet": "0.1s" }], "keep": 1 }
            """,
            """
            { "name": "query", "command": "select", "options": { "scores": "{nightly}", "top": 20, "strategy": "top", "out": "query" }, "triggers": [{ "after": "nightly" }] }
            """);
        await using var service = await Service.StartAsync(jobs, folder.File("state"));
        await service.UntilAsync(() => Succeeded("query") == 1);

        SmallPool.WriteShard(folder.File("pool/shard-02.parquet"), 2);
        await service.UntilAsync(() => Succeeded("query") == 2);

        var summary = Run("nightly").GetProperty("summary");
        summary.GetProperty("rows").GetInt64().Should().Be(3 * SmallPool.RowsPerShard);
        summary.GetProperty("rowsReused").GetInt64().Should().Be(2 * SmallPool.RowsPerShard);
        await Tool.Scorer("select", "-q", "--scores", folder.File("scored/latest"), "--top", "20", "--strategy", "top", "--out", folder.File("by-hand")).Succeeds();
        File.ReadAllText(folder.File("query/latest/selected.csv")).Should().Be(File.ReadAllText(folder.File("by-hand/selected.csv")));
    }

    [Fact]
    public async Task AJobThatFailsIsTriedAgainAndSaysWhy()
    {
        WritePool(1);
        var jobs = WriteJobs("""
            { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" },
              "triggers": [{ "newShards": "pool", "quiet": "0.1s" }], "retries": 1, "backOff": "0.1s" }
            """);
        await using var service = await Service.StartAsync(jobs, folder.File("state"));

        await service.UntilAsync(() => Runs("nightly").Any(run => run.GetProperty("state").GetString() == "failed"));

        Run("nightly").GetProperty("attempts").GetInt32().Should().Be(2);
        Run("nightly").GetProperty("message").GetString().Should().Contain("rows were rejected");
        service.Log.Should().Contain("rows were rejected");
        var logs = Directory.GetFiles(folder.File("state", "runs", "x")[..^2], "*.log", SearchOption.AllDirectories);
        logs.Should().NotBeEmpty();
        foreach (var log in logs)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(log).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, "what a command says may name what others must not know");
            }
        }
    }

    [Fact]
    public async Task ASecondServiceWithTheSameStateSaysSoInOneLine()
    {
        WritePool(1);
        var jobs = WriteJobs("""{ "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" } }""");
        await using var service = await Service.StartAsync(jobs, folder.File("state"));

        var second = await Tool.Scorer("serve", "--jobs", jobs, "--state", folder.File("state"), "--listen", "127.0.0.1:0");

        second.ExitCode.Should().Be(ExitCode.Failure);
        second.Error.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("another service");
    }

    [Fact]
    public async Task AnAddressThatIsTakenIsNamedInOneLineAndNothingBegins()
    {
        WritePool(1);
        var jobs = WriteJobs("""
            { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" }, "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] }
            """);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var run = await Tool.Scorer("serve", "--jobs", jobs, "--state", folder.File("state"), "--listen", $"{taken.LocalEndpoint}");

        run.ExitCode.Should().Be(ExitCode.Failure);
        run.Error.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain($"--listen {taken.LocalEndpoint}");
        Directory.Exists(folder.File("scored")).Should().BeFalse();
    }

    [Fact]
    public async Task CheckingAJobsFileListsAllMistakesWithTheirPlaces()
    {
        WritePool(1);
        var jobs = WriteJobs("""
            { "name": "nightly", "command": "score", "options": { "model": "nodel.onnx", "pool": "pool", "out": "scored", "topp": 3 },
              "triggers": [{ "cron": "at night", "timeZone": "Mars/Olympus" }] }
            """);

        var check = await Tool.Scorer("jobs", "check", jobs);

        check.ExitCode.Should().Be(ExitCode.Data);
        var lines = check.Error.TrimEnd().Split('\n');
        lines.Should().HaveCount(5);
        lines[..^1].Should().OnlyContain(line => line.StartsWith(jobs + ":", StringComparison.Ordinal));
        (await Tool.Scorer("serve", "--jobs", jobs, "--state", folder.File("state"))).ExitCode.Should().Be(ExitCode.Data);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--listen", "0.0.0.0:0", "--token-file")]
    [InlineData(ExitCode.Usage, "--listen", "everywhere", "everywhere")]
    [InlineData(ExitCode.Usage, "--poll", "0", "--poll")]
    [InlineData(ExitCode.Data, "--token-file", "no-such-file", "no-such-file")]
    [InlineData(ExitCode.Failure, "--state", "/proc/state", "/proc/state")]
    public async Task ServeNamesTheOptionThatIsWrong(int code, string option, string value, string says)
    {
        WritePool(1);
        var jobs = WriteJobs("""{ "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" } }""");
        string[] state = option == "--state" ? [] : ["--state", folder.File("state")];

        var run = await Tool.Scorer(["serve", "--jobs", jobs, .. state, option, value]);

        run.ExitCode.Should().Be(code, run.Error);
        run.Error.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(says);
    }

    /// <summary>Waits until no command that a service started is there: it ends with the service.</summary>
    private async Task NoCommandAsync()
    {
        while (Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Any(d => CommandLine(d).Contains(folder.File("scored"), StringComparison.Ordinal)))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // It ended between two looks.
        }
    }

    private int FinishedShards() =>
        Directory.Exists(folder.File("scored")) ? Directory.EnumerateFiles(folder.File("scored"), "shard-*.json", SearchOption.AllDirectories).Count() : 0;

    private int Succeeded(string job) => Runs(job).Count(run => run.GetProperty("state").GetString() == "succeeded");

    /// <summary>The newest run.</summary>
    private JsonElement Run(string job) => Runs(job)[^1];

    private List<JsonElement> Runs(string job)
    {
        var runs = folder.File("state", "runs", job, "x")[..^1];
        return [.. Directory.GetFiles(runs, "*.json").Order(StringComparer.Ordinal).Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement)];
    }

    /// <summary>Every file but the record of the run, which names times, with its hash.</summary>
    private static Dictionary<string, string> Outputs(string root)
    {
        var folder = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root;
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "run.json")
            .ToDictionary(path => Path.GetRelativePath(folder, path), path => ContentHash.Of(path));
    }

    private void WritePool(int shards)
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        for (var shard = 0; shard < shards; shard++)
        {
            SmallPool.WriteShard(folder.File($"pool/shard-{shard:D2}.parquet"), shard);
        }
    }

    private string WriteJobs(params string[] jobs)
    {
        File.WriteAllText(folder.File("jobs.json"), $"{{ \"jobs\": [\n{string.Join(",\n", jobs)}\n] }}");
        return folder.File("jobs.json");
    }
}

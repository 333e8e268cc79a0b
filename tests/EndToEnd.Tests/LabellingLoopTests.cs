using System.Diagnostics;
using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The loop by itself: a trainer serves, a scorer serves, an oracle answers queries; both services are killed on the way.</summary>
public sealed class LabellingLoopTests : IDisposable
{
    private const int Rows = 600;
    private const int Width = 8;
    private const int Query = 20;
    private const int LastRound = 5;
    private readonly TestFolder folder = new();
    private readonly HashSet<string> answered = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task FiveRoundsComeOfAnsweredQueriesThoughBothServicesAreKilledOnTheWay()
    {
        WriteShard();
        Answer("labels-0", Enumerable.Range(0, 60).Select(i => $"row-{i}"));
        var trainer = Serve();
        try
        {
            await Until(() => Rounds() == 1, trainer);
            var jobs = WriteJobs();
            var scorer = await Service.StartAsync(jobs, folder.File("state"));
            try
            {
                while (Rounds() < LastRound)
                {
                    await Until(() => Rounds() == LastRound || NewQuery() is not null, trainer);
                    if (NewQuery() is { } query)
                    {
                        AnswerQuery(query);
                    }
                    if (answered.Count == 2)
                    {
                        await Until(() => File.Exists(Labels("history-000003.parquet")), trainer);
                        trainer.Kill(); // While it reads the pool, trains or publishes.
                        await trainer.WaitForExitAsync(TestContext.Current.CancellationToken);
                        trainer.Dispose();
                        trainer = Serve();
                    }
                    if (answered.Count == 3)
                    {
                        await Until(() => Rounds() == 4, trainer);
                        await scorer.KillAsync();
                        await scorer.DisposeAsync();
                        scorer = await Service.StartAsync(jobs, folder.File("state"));
                    }
                }
            }
            finally
            {
                await scorer.DisposeAsync();
            }

            var second = await Tool.Trainer(Arguments());
            second.ExitCode.Should().Be(1);
            second.Error.TrimEnd().Should().NotContain("\n").And.Contain("held by another trainer");

            Process.Start("kill", ["-s", "TERM", $"{trainer.Id}"]).WaitForExit();
            var output = await trainer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await trainer.WaitForExitAsync(TestContext.Current.CancellationToken);
            trainer.ExitCode.Should().Be(0);
            JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("round").GetInt32().Should().Be(LastRound);
        }
        finally
        {
            trainer.Kill();
            trainer.Dispose();
        }

        new ModelRegistry(folder.File("models")).Rounds("loop").Should().HaveCount(LastRound, "no round is trained twice");
        var trained = Enumerable.Range(1, LastRound).Select(r => ModelPackage.Open(folder.File($"models/loop/round-{r:D4}")).Manifest!.Training).Select(t => t.Rows + t.HoldoutRows);
        trained.Should().Equal(60, 80, 100, 120, 140);
        LabelFile.Read([Labels("labels.csv")]).Should().HaveCount(140).And.OnlyContain(l => l.Value == Label(int.Parse(l.Key.Substring(4))));
        Directory.EnumerateFiles(folder.File("models/loop/labels"), "*.tmp").Should().BeEmpty();
    }

    private string WriteJobs()
    {
        File.WriteAllText(folder.File("jobs.json"), $$"""
            { "jobs": [
              { "name": "scores", "command": "score", "options": { "model": "models/loop", "pool": "pool", "out": "scored", "exclude": "models/loop/labels/labels.csv" },
                "triggers": [{ "newRound": "models/loop" }], "overlap": "queue" },
              { "name": "query", "command": "select", "options": { "scores": "{scores}", "top": {{Query}}, "strategy": "top", "exclude": "models/loop/labels/labels.csv", "out": "query" },
                "triggers": [{ "after": "scores" }], "overlap": "queue" }
            ] }
            """);
        return folder.File("jobs.json");
    }

    /// <summary>The newest query that nobody has answered.</summary>
    private string? NewQuery() =>
        Directory.Exists(folder.File("query/latest")) && Directory.ResolveLinkTarget(folder.File("query/latest"), returnFinalTarget: true)?.FullName is { } query && !answered.Contains(query) ? query : null;

    private void AnswerQuery(string query)
    {
        answered.Add(query);
        Answer($"labels-{answered.Count}", TextTable.Read(Path.Combine(query, "selected.csv"), "id").Select(r => r[0]!));
    }

    private string Labels(string name) => folder.File("models/loop/labels", name);

    private int Rounds() => File.Exists(Labels("rounds.json")) ? JsonDocument.Parse(File.ReadAllText(Labels("rounds.json"))).RootElement.GetArrayLength() : 0;

    private string[] Arguments() =>
    [
        "serve", "-q", "--task", "loop", "--pool", folder.File("pool"), "--labels", folder.File("labels"), "--models", folder.File("models"),
        "--min-new-labels", $"{Query}", "--min-gain", "-1", "--quiet-period", "0.5", "--epochs", "20",
    ];

    private Process Serve() => Tool.Start("trainer", Arguments());

    private static async Task Until(Func<bool> condition, Process process)
    {
        while (!condition())
        {
            process.HasExited.Should().BeFalse();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private void Answer(string name, IEnumerable<string> ids)
    {
        File.WriteAllLines(folder.File(name), ids.Select(id => $"{id},{Label(int.Parse(id[4..]))},oracle,1.5").Prepend("id,label,annotator,seconds"));
        File.Move(folder.File(name), folder.File("labels", $"{name}.csv"));
    }

    private static string Label(int row) => row % 3 == 0 ? "yes" : "no";

    private void WriteShard()
    {
        using var writer = new ShardWriter(folder.File("pool/a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
        writer.Write(
            Rows,
            Enumerable.Range(0, Rows).Select(i => $"row-{i}").ToArray(),
            Enumerable.Range(0, Rows * Width).Select(i => (i * 7919 % 1000 / 1000f) + (i / Width % 3 == 0 ? 0.7f : 0)).ToArray());
        writer.Complete();
    }
}

using System.Diagnostics;
using System.Text.Json;
using ParquetPool.Contract;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The loop by itself: a trainer serves, the scorer scores and selects, an oracle answers; the trainer is killed on the way.</summary>
public sealed class LabellingLoopTests : IDisposable
{
    private const int Rows = 600;
    private const int Width = 8;
    private const int Query = 20;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task FiveRoundsComeOfAnsweredQueriesThoughTheTrainerIsKilledOnTheWay()
    {
        WriteShard();
        Answer("labels-0", Enumerable.Range(0, 60).Select(i => $"row-{i}"));
        var trainer = Serve();
        try
        {
            for (var round = 1; round <= 5; round++)
            {
                await Until(() => Rounds() >= round, trainer);
                var query = folder.File($"query-{round}");
                await Tool.Scorer("score", "-q", "--model", folder.File("models/loop"), "--pool", folder.File("pool"), "--out", folder.File("scored"), "--exclude", Labels("labels.csv")).Succeeds();
                await Tool.Scorer("select", "-q", "--scores", folder.File("scored"), "--top", $"{Query}", "--strategy", "top", "--exclude", Labels("labels.csv"), "--out", query).Succeeds();
                if (round < 5)
                {
                    Answer($"labels-{round}", TextTable.Read(Path.Combine(query, "selected.csv"), "id").Select(r => r[0]!));
                }
                if (round == 3)
                {
                    await Until(() => File.Exists(Labels("history-000004.parquet")), trainer);
                    trainer.Kill(); // While it reads the pool, trains or publishes.
                    await trainer.WaitForExitAsync(TestContext.Current.CancellationToken);
                    trainer.Dispose();
                    trainer = Serve();
                }
            }

            var second = await Tool.Trainer(Arguments());
            second.ExitCode.Should().Be(1);
            second.Error.TrimEnd().Should().NotContain("\n").And.Contain("held by another trainer");

            Process.Start("kill", ["-s", "TERM", $"{trainer.Id}"]).WaitForExit();
            var output = await trainer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await trainer.WaitForExitAsync(TestContext.Current.CancellationToken);
            trainer.ExitCode.Should().Be(0);
            output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("round").GetInt32()).Should().EndWith(5);
        }
        finally
        {
            trainer.Kill();
            trainer.Dispose();
        }

        Rounds().Should().Be(5, "no round is trained twice");
        var trained = Enumerable.Range(1, 5).Select(r => ModelPackage.Open(folder.File($"models/loop/round-{r:D4}")).Manifest!.Training).Select(t => t.Rows + t.HoldoutRows);
        trained.Should().Equal(60, 80, 100, 120, 140);
        LabelFile.Read([Labels("labels.csv")]).Should().HaveCount(140).And.OnlyContain(l => l.Value == Label(int.Parse(l.Key.Substring(4))));
        new ModelRegistry(folder.File("models")).Rounds("loop").Should().HaveCount(5);
        Directory.EnumerateFiles(folder.File("models/loop/labels"), "*.tmp").Should().BeEmpty();
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

using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Texts;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class SimulateRunTests : IDisposable
{
    private const string Network = """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""";

    private readonly TestFolder folder = new();

    public SimulateRunTests()
    {
        File.WriteAllText(folder.File("network.json"), Network);
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 90));
        Blobs.Write(folder.File("pool/b.parquet"), Enumerable.Range(90, 60));
        Blobs.Write(folder.File("test/c.parquet"), Enumerable.Range(150, 60));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_strategy_starts_with_the_same_labels_and_buys_no_row_twice()
    {
        var (summary, record) = await SimulateRun.ExecuteAsync(Options("out") with { Strategies = ["margin", "bald+unique", "coreset", "ideal-loss", "margin+single"] }, Context());

        summary.Runs.Should().Be(12);
        record.Strategies.Select(s => s.Strategy).Should().Equal("random", "margin", "bald+unique", "coreset", "ideal-loss", "margin+single");
        record.Strategies.Should().OnlyContain(s => s.FinalAccuracy > 0.9, "the classes lie far apart");
        var bought = TextTable.Read(folder.File("out/bought.parquet"), "strategy", "seed", "id", "label").ToList();
        foreach (var run in bought.GroupBy(r => (r[0], r[1])))
        {
            run.Select(r => r[2]).Should().OnlyHaveUniqueItems().And.HaveCount(12 + (3 * 5));
            run.Take(12).Select(r => r[2]).Should().Equal(bought.Where(r => r[0] == "random" && r[1] == run.Key.Item2).Take(12).Select(r => r[2]));
            run.Should().OnlyContain(r => r[3] == Blobs.Label(int.Parse(r[2]!.Substring("row-".Length))));
        }
        var points = TextTable.ReadWithNumbers(folder.File("out/curves.parquet"), "strategy", "seed", "round", "labels", "accuracy").ToList();
        points.Should().HaveCount(12 * 4);
        var advice = TextTable.ReadWithNumbers(folder.File("out/curves.parquet"), "round", "expected_gain_per_100", "changed", "agreement").ToList();
        advice.Should().OnlyContain(p => (p[0] == "0") == (p[2] == null) && (p[0] == "0") == (p[3] == null), "there is a round before all but the first");
        advice.Should().OnlyContain(p => (int.Parse(p[0]!) < 2) == (p[1] == null), "it takes three points");
        points.Where(p => p[2] == "0").GroupBy(p => p[1]).Should().OnlyContain(g => g.Select(p => p[4]).Distinct().Count() == 1, "the first model is the same for all strategies");
        (await File.ReadAllTextAsync(folder.File("out/report.html"), TestContext.Current.CancellationToken)).Should().Contain("bald+unique");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Networks_that_predict_losses_are_queried_by_them(bool fromScratch)
    {
        var options = Options("out");
        var (_, record) = await SimulateRun.ExecuteAsync(
            options with { Strategies = ["predicted_loss", "margin+frozen"], FromScratch = fromScratch, Training = options.Training with { Network = options.Training.Network with { PredictedLoss = true } } }, Context());

        record.Strategies.Should().OnlyContain(s => s.FinalAccuracy > 0.9);
    }

    [Fact]
    public async Task Finished_runs_stay_and_lost_ones_come_back_the_same_whatever_the_threads_and_shards()
    {
        await SimulateRun.ExecuteAsync(Options("out"), Context());
        var (bought, curves) = (File.ReadAllBytes(folder.File("out/bought.parquet")), Curves());
        File.Delete(folder.File("out/runs/margin-seed-1.json"));
        await File.WriteAllTextAsync(folder.File("out/runs/random-seed-0.json"), "{ half", TestContext.Current.CancellationToken);

        var (summary, _) = await SimulateRun.ExecuteAsync(Options("out") with { Threads = 5, Pool = [folder.File("pool/b.parquet"), folder.File("pool/a.parquet")] }, Context());

        summary.RunsReused.Should().Be(2);
        File.ReadAllBytes(folder.File("out/bought.parquet")).Should().Equal(bought);
        Curves().Should().Equal(curves);

        (await SimulateRun.ExecuteAsync(Options("out") with { Passes = 7 }, Context())).Summary.RunsReused.Should().Be(0, "another committee makes another run");

        List<string> Curves() => [.. TextTable.ReadWithNumbers(folder.File("out/curves.parquet"), "strategy", "seed", "labels", "accuracy", "loss").Select(r => string.Join(' ', r))];
    }

    [Fact]
    public async Task Every_strategy_is_tried_with_every_way_of_learning_and_first_labels_may_be_chosen_too()
    {
        var options = Options("out") with { Rounds = 1, Seeds = 1, Initial = 15, Strategies = ["margin", "margin+coreset-first"], Learn = ["mixmatch:light", "supervised"] };

        var (summary, record) = await SimulateRun.ExecuteAsync(options with { Training = options.Training with { Epochs = 3, Steps = options.Training.Steps with { BatchRows = 16 } } }, Context());

        record.Strategies.Select(s => s.Strategy).Should().BeEquivalentTo(
            "random/supervised", "margin/supervised", "margin+coreset-first/supervised", "random/mixmatch:light", "margin/mixmatch:light", "margin+coreset-first/mixmatch:light");
        record.Strategies[0].Verdict.Should().Be("the baseline");
        (summary.Fewest.Baseline, summary.Fewest.BaselineLabels).Should().Be(("random/supervised", record.Fewest.BaselineLabels));
        record.Strategies.Select(s => s.Strategy).Should().Contain(summary.Fewest.Strategy);
        (await File.ReadAllTextAsync(folder.File("out/report.html"), TestContext.Current.CancellationToken)).Should().Contain(summary.Fewest.Text);
        var bought = TextTable.Read(folder.File("out/bought.parquet"), "strategy", "id").GroupBy(r => r[0]!).ToDictionary(g => g.Key, g => g.Select(r => r[1]).Take(15).ToList());
        bought["margin/mixmatch:light"].Should().Equal(bought["random/supervised"]);
        bought["margin+coreset-first/supervised"].Should().Equal(bought["margin+coreset-first/mixmatch:light"]).And.NotEqual(bought["random/supervised"]);
    }

    [Fact]
    public async Task A_rehearsal_starts_every_round_from_a_given_model()
    {
        var first = TrainRun.Execute(Blobs.Set(60), new TrainOptions { Network = NetworkSpec.Load(folder.File("network.json")), Epochs = 3 }, stopping: TestContext.Current.CancellationToken);
        var (published, _, _) = ModelPublisher.Publish(new ModelRegistry(folder.File("models")), "m", first, seed: 0, TimeProvider.System);
        var options = Options("out");

        var (_, record) = await SimulateRun.ExecuteAsync(
            options with { Rounds = 1, Seeds = 1, Strategies = ["margin+typiclust-first"], Training = options.Training with { From = new(ModelPackage.Open(published)) { Freeze = ["*"] }, Epochs = 3 } }, Context());

        record.Options.From.Should().Contain("round-0001").And.Contain("frozen: *");
        var bought = TextTable.Read(folder.File("out/bought.parquet"), "strategy", "id").GroupBy(r => r[0]!).ToDictionary(g => g.Key, g => g.Select(r => r[1]).ToList());
        bought["margin+typiclust-first"].Should().HaveCount(17).And.OnlyHaveUniqueItems();
        bought["margin+typiclust-first"].Take(12).Should().NotEqual(bought["random"].Take(12));
        await FluentActions.Awaiting(() => SimulateRun.ExecuteAsync(options with { Learn = ["mixmatch"], Training = options.Training with { From = new(ModelPackage.Open(published)) } }, Context()))
            .Should().ThrowAsync<UsageException>().WithMessage("--learn mixmatch is given with --from*");
    }

    [Fact]
    public async Task Rows_that_cannot_be_used_are_counted_and_never_bought()
    {
        Blobs.Write(folder.File("pool/faulty.parquet"), Enumerable.Range(300, 30), damage: f => f[3] = float.NaN, label: row => row % 2 == 0 ? Blobs.Label(row) : null);

        var (_, record) = await SimulateRun.ExecuteAsync(Options("out"), Context());

        record.RejectedRows.Should().Be(16, "15 have no label and one a number that is none");
        TextTable.Read(folder.File("out/bought.parquet"), "id").Select(r => r[0]).Should().NotContain("row-301").And.NotContain("row-300");
    }

    [Fact]
    public async Task What_cannot_be_is_told_in_one_line()
    {
        await Refuses<UsageException>(o => o with { Rounds = 1000 }, "the pool has 150");
        await Refuses<UsageException>(o => o with { Initial = 1 }, "--initial is 1");
        await Refuses<UsageException>(o => o with { Learn = ["guess"] }, "'guess' is no way of learning");
        await Refuses<UsageException>(o => o with { Learn = ["mixmatch:loud"] }, "'loud' is no strength");
        await Refuses<UsageException>(o => o with { Strategies = ["guess"] }, "'guess' is no strategy");
        await Refuses<UsageException>(o => o with { Strategies = ["predicted_loss"] }, "add --learning-loss");
        await Refuses<DataException>(o => o with { LabelColumn = "topic" }, "topic");
        await Refuses<DataException>(o => o with { Pool = [folder.File("pool/a.parquet"), folder.File("twice.parquet")] }, "stands 2 times");
        Directory.Exists(folder.File("out")).Should().BeFalse();
    }

    private async Task Refuses<T>(Func<SimulateOptions, SimulateOptions> change, string message)
        where T : Exception
    {
        Blobs.Write(folder.File("twice.parquet"), [0]);
        await FluentActions.Awaiting(() => SimulateRun.ExecuteAsync(change(Options("out")), Context())).Should().ThrowAsync<T>().WithMessage($"*{message}*");
    }

    private SimulateOptions Options(string output) => new([folder.File("pool")], [folder.File("test")], folder.File(output))
    {
        Initial = 12,
        Query = 5,
        Rounds = 3,
        Seeds = 2,
        Passes = 6,
        Strategies = ["random", "margin"],
        NearDuplicates = 0.9999,
        Training = new TrainOptions { Network = NetworkSpec.Load(folder.File("network.json")), Epochs = 30, Steps = new() { LearningRate = 0.01f } },
        Threads = 2,
    };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Texts;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class CorrelateRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public CorrelateRunTests()
    {
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 120));
        Blobs.Write(folder.File("pool/b.parquet"), Enumerable.Range(120, 60));
        Blobs.Write(folder.File("test/c.parquet"), Enumerable.Range(180, 60));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Groups_are_sorted_by_their_score_and_each_starts_from_the_same_model()
    {
        var summary = await CorrelateRun.ExecuteAsync(Options("out") with { By = ["margin", "random", Strategy.IdealLoss] }, Context());

        summary.Groups.Should().Be(12);
        summary.Scores.Select(s => s.Score).Should().Equal("margin", "random", Strategy.IdealLoss);
        summary.Scores.Should().OnlyContain(s => s.Tenths.Count == 10 && (s.Correlation == null || Math.Abs(s.Correlation.Value) <= 1));
        foreach (var score in summary.Scores)
        {
            score.Groups.Select(g => g.MeanScore).Should().BeInAscendingOrder();
        }
        TextTable.ReadWithNumbers(folder.File("out/groups.parquet"), "score", "group", "accuracy").Should().HaveCount(3 * 12);

        var again = await CorrelateRun.ExecuteAsync(Options("again") with { By = [Strategy.IdealLoss, "margin"], Threads = 5 }, Context());
        again.Scores[1].Groups.Should().Equal(summary.Scores[0].Groups, "neither the other scores nor the threads matter");
    }

    [Fact]
    public async Task Groups_that_all_teach_alike_have_no_correlation()
    {
        var options = Options("flat") with { By = ["random"] };

        var summary = await CorrelateRun.ExecuteAsync(options with { Training = options.Training with { Steps = new() { LearningRate = 1e-12f } } }, Context());

        summary.Scores.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Correlation = (double?)null, PValue = (double?)null, PermutationPValue = (double?)null });
        System.Text.Json.JsonSerializer.Serialize(summary).Should().Contain("null");
    }

    [Fact]
    public async Task What_cannot_be_is_told_in_one_line()
    {
        await Refuses(o => o with { By = ["fame"] }, "'fame' is no score");
        await Refuses(o => o with { Rows = 1000 }, "the pool has 180");
        await Refuses(o => o with { Group = 50 }, "make 2 groups, expected 5 or more");
        Directory.Exists(folder.File("out")).Should().BeFalse();
    }

    [Fact]
    public async Task Doubtful_labels_are_asked_about_and_classes_of_test_rows_alone_are_told()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 120), label: r => r % 20 == 19 ? "?" : Blobs.Label(r));
        Blobs.Write(folder.File("test/d.parquet"), Enumerable.Range(240, 9), label: _ => "elsewhere");
        Blobs.Write(folder.File("test/e.parquet"), Enumerable.Range(3, 5));
        var told = new StringWriter();
        var context = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, told, TimeProvider.System), TestContext.Current.CancellationToken);

        await FluentActions.Awaiting(() => CorrelateRun.ExecuteAsync(Options("out"), context)).Should().ThrowAsync<DataException>()
            .WithMessage("--label-column label: 6 labels may say that nobody decided, or more than one thing: ? (6); leave them empty where they are no classes, or admit all with --new-classes");
        await CorrelateRun.ExecuteAsync(Options("out") with { NewClasses = true, By = ["random"], Rows = 60 }, context);

        told.ToString().Should().MatchRegex("5 of [0-9]+ test rows are rows of the pool, by id and numbers");
        told.ToString().Should().Contain("test rows of classes that no row of the pool is of are left out: elsewhere (9)");
    }

    private async Task Refuses(Func<CorrelateOptions, CorrelateOptions> change, string message) =>
        await FluentActions.Awaiting(() => CorrelateRun.ExecuteAsync(change(Options("out")), Context())).Should().ThrowAsync<UsageException>().WithMessage($"*{message}*");

    private CorrelateOptions Options(string output) => new([folder.File("pool")], [folder.File("test")], folder.File(output))
    {
        Initial = 20,
        Rows = 120,
        Group = 10,
        Passes = 6,
        Training = new TrainOptions { Network = NetworkSpec.Load(folder.File("network.json")), Epochs = 5, Steps = new() { LearningRate = 0.01f } },
        Threads = 2,
    };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

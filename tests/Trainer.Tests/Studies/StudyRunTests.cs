using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Studies;
using ParquetPool.Trainer.Tests.Pretraining;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Studies;

/// <summary>Grids of small trainings.</summary>
public sealed class StudyRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public StudyRunTests()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 220));
        Blobs.Write(folder.File("test/b.parquet"), Enumerable.Range(220, 60));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_study_goes_on_and_ends_as_one_that_was_not()
    {
        var (whole, record) = await StudyRun.ExecuteAsync(Options("whole"), Context());
        using var stopping = new CancellationTokenSource();
        var context = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, new StoppingWriter("8 trainings in ", stopping), TimeProvider.System), stopping.Token);
        await FluentActions.Awaiting(() => StudyRun.ExecuteAsync(Options("killed"), context)).Should().ThrowAsync<OperationCanceledException>();

        var (resumed, _) = await StudyRun.ExecuteAsync(Options("killed"), Context());

        (whole.Cells, whole.CellsReused, resumed.CellsReused).Should().Be((2 * 2 * 2 * 2, 0, 8));
        static string[] Of(string file) => [.. TextTable.ReadWithNumbers(file, "start", "augment", "learn", "labels", "seed", "accuracy", "loss").Select(row => string.Join(' ', row))];
        Of(folder.File("killed/cells.parquet")).Should().Equal(Of(folder.File("whole/cells.parquet")));
        File.ReadAllText(folder.File("killed/report.html")).Should().Be(File.ReadAllText(folder.File("whole/report.html"))).And.Contain("autoencoder").And.Contain("no verdict");
        record.Starts.Should().ContainSingle().Which.Verdict.Should().EndWith("which over 2 seeds is no verdict: it takes 5");
        record.Best.Select(b => b.Place.Labels).Should().Equal(12, 30);
        Directory.GetDirectories(folder.File("killed/models")).Should().HaveCount(2, "a start learns once a seed");
    }

    [Fact]
    public async Task A_model_that_does_not_fit_and_what_is_none_are_refused_before_anything_is_trained()
    {
        await StudyRun.ExecuteAsync(Options("first") with { Seeds = 1, LabelsPerRun = [12], Augment = ["none"] }, Context());
        var model = Directory.GetDirectories(folder.File("first/models"))[0];
        var other = Options("out") with { Starts = [$"related:{model}"] };

        await Running(other with { Training = other.Training with { Network = new([new Dense(9, Dropout: 0.2f)]) } }).Should().ThrowAsync<DataException>().WithMessage("*has [16, 12] in its 'dense_weight', the network's layers have [16, 9] there*");
        await Running(Options("out") with { Starts = ["lsa"] }).Should().ThrowAsync<UsageException>().WithMessage("--starts lsa: 'lsa' is no start, expected scratch, autoencoder*related:MODEL");
        await Running(Options("out") with { LabelsPerRun = [500] }).Should().ThrowAsync<UsageException>().WithMessage("--labels-per-run asks for 500, the pool has 220*");
        await Running(Options("out") with { Augment = ["heavy"] }).Should().ThrowAsync<UsageException>().WithMessage("*'heavy' is no strength*");
        var related = (await StudyRun.ExecuteAsync(other with { Seeds = 1, LabelsPerRun = [12], Augment = ["none"] }, Context())).Record;
        related.Starts.Single().Start.Should().StartWith("related:");
        string[] inside = ["--pool", folder.File("pool"), "--test", folder.File("test"), "--starts", $"related:{folder.File("out")}", "--out", folder.File("out")];
        (await CommandHost.InvokeAsync(new RootCommand { StudyCommand.Create() }, ["study", "--quiet", .. inside])).Should().Be(ExitCode.Usage, "a start is an input");
        Directory.Exists(folder.File("out/cells")).Should().BeTrue();
    }

    [Fact]
    public void An_effect_is_the_mean_of_paired_differences_and_its_sign_is_that_of_the_interval()
    {
        var effect = Effect.Of([([0.8, 0.9, 0.7], [0.7, 0.8, 0.6]), ([0.5, 0.5, 0.5], [0.4, 0.2, 0.3])]);

        // 0.1, 0.1, 0.1 and 0.1, 0.3, 0.2: means of seeds 0.1, 0.2, 0.15.
        effect.Gain.Value.Should().BeApproximately(0.15, 1e-12);
        effect.Gain.Low.Should().BeApproximately(0.1, 1e-9);
        effect.Gain.High.Should().BeApproximately(0.2, 1e-9);
        (effect.Sign, effect.Points).Should().Be((1, "+15.0 [+10.0, +20.0]"));
        effect.Verdict.Should().Be("helps by +15.0 [+10.0, +20.0] points, which over 3 seeds is no verdict: it takes 5");
        Effect.Of([([0.5, 0.6, 0.5, 0.6, 0.5], [0.6, 0.5, 0.5, 0.6, 0.5])]).Verdict.Should().StartWith("makes no difference that can be told, ").And.NotContain("verdict");
        Effect.Of([([0.5], [0.6])]).Sign.Should().Be(-1);
    }

    [Fact]
    public void A_grid_compares_a_start_with_chance_all_else_alike()
    {
        CellResult Cell(string start, string augment, int labels, int seed, double accuracy) => new("", new CellPlace(start, augment, "supervised", labels), seed, new TestScore(accuracy, 0, 0, 0), 0);
        var grid = new Grid(
        [
            Cell("scratch", "none", 50, 0, 0.5), Cell("acai", "none", 50, 0, 0.6), Cell("scratch", "strong", 50, 0, 0.55), Cell("acai", "strong", 50, 0, 0.57),
            Cell("scratch", "none", 50, 1, 0.4), Cell("acai", "none", 50, 1, 0.6), Cell("scratch", "strong", 50, 1, 0.55), Cell("acai", "strong", 50, 1, 0.53),
        ]);

        grid.OfStart(new CellPlace("acai", "none", "supervised", 50)).Gain.Value.Should().BeApproximately(0.15, 1e-12);
        grid.OfStart("acai", p => p.Augment == "strong").Gain.Value.Should().BeApproximately(0, 1e-12);
        grid.OfStart("acai", _ => true).Gain.Value.Should().BeApproximately(0.075, 1e-12);
        grid.Best(50).Should().Be(new CellPlace("acai", "none", "supervised", 50));
        grid.Spread(grid.Best(50)).Should().Be((0.6, 0.6));
    }

    private Func<Task> Running(StudyOptions options) => () => StudyRun.ExecuteAsync(options, Context());

    private StudyOptions Options(string name) => new([folder.File("pool")], [folder.File("test")], folder.File(name))
    {
        LabelsPerRun = [30, 12],
        Starts = ["autoencoder"],
        Augment = ["none", "light"],
        Seeds = 2,
        PretrainSteps = 20,
        Threads = 2,
        Training = new TrainOptions { Network = new NetworkSpec([new Dense(12, Dropout: 0.2f)]), Epochs = 3 },
    };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
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
        foreach (var file in (string[])["cells.parquet", "cells.csv", "report.html"])
        {
            File.ReadAllBytes(folder.File($"killed/{file}")).Should().Equal(File.ReadAllBytes(folder.File($"whole/{file}")), file);
        }
        File.ReadAllText(folder.File("whole/report.html")).Should().Contain("When a start helps").And.Contain("how other rows differ is in the reconstruction");
        record.Findings.Select(f => (f.Kind, f.Name, f.Over)).Should().Equal(("start", "autoencoder", "scratch"), ("augmentation", "light", "none"));
        record.Best.Select(b => b.Place.Labels).Should().Equal(12, 30);
        Directory.GetDirectories(folder.File("killed/models")).Should().HaveCount(2, "a start learns once a seed");
    }

    [Fact]
    public async Task A_related_task_is_learnt_along_and_said_to_help_or_not()
    {
        Blobs.Write(folder.File("related/c.parquet"), Enumerable.Range(300, 160));
        var options = Options("joint") with { Starts = [], Augment = ["none"], LabelsPerRun = [12], Learn = ["joint"], Related = [folder.File("related")] };
        options = options with { Training = options.Training with { Epochs = 1 } };

        var (summary, record) = await StudyRun.ExecuteAsync(options, Context());

        summary.Verdicts.Keys.Should().Equal("learning joint");
        record.Findings.Single().Over.Should().Be("supervised");
        double AccuracyOf(string learn) => record.Cells.Single(c => c.Place.Learn == learn).Accuracy;
        AccuracyOf("joint").Should().BeGreaterThan(AccuracyOf("supervised"), "the related task has the same clusters");
        (await StudyRun.ExecuteAsync(options, Context())).Summary.CellsReused.Should().Be(4);
        Blobs.Write(folder.File("related/c.parquet"), Enumerable.Range(300, 170));
        (await StudyRun.ExecuteAsync(options, Context())).Summary.CellsReused.Should().Be(2, "those that do not learn from it stay");
        Blobs.Write(folder.File("few/c.parquet"), Enumerable.Range(300, 50));
        await Running(options with { Related = [folder.File("few")] }).Should().ThrowAsync<DataException>();
    }

    [Theory]
    [InlineData("joint", "", "--learn joint is given without --related-pool*")]
    [InlineData("supervised", "pool", "--related-pool is given without --learn joint*")]
    [InlineData("mixmatch:light", "", "--learn mixmatch:light: expected a way of learning alone*")]
    [InlineData("magic", "", "--learn magic: 'magic' is no way of learning, expected one of supervised*joint")]
    public async Task A_way_of_learning_that_is_none_or_lacks_its_rows_is_refused(string learn, string related, string told) =>
        await Running(Options("out") with { Learn = [learn], Related = related.Length > 0 ? [folder.File(related)] : [] }).Should().ThrowAsync<UsageException>().WithMessage(told);

    [Fact]
    public async Task A_model_that_does_not_fit_and_what_is_none_are_refused_before_anything_is_trained()
    {
        await StudyRun.ExecuteAsync(Options("first") with { Seeds = 1, LabelsPerRun = [12], Augment = ["none"] }, Context());
        var model = Directory.GetDirectories(folder.File("first/models"))[0];
        var other = Options("out") with { Starts = [$"related:{model}"] };

        await Running(other with { Training = other.Training with { Network = new([new Dense(9, Dropout: 0.2f)]) } }).Should().ThrowAsync<DataException>().WithMessage("*has [16, 12] in its 'dense_weight', the network's layers have [16, 9] there*");
        await Running(Options("out") with { Starts = ["lsa"] }).Should().ThrowAsync<UsageException>().WithMessage("--starts lsa: 'lsa' is no start, expected scratch, autoencoder*related:MODEL");
        await Running(Options("out") with { LabelsPerRun = [500] }).Should().ThrowAsync<UsageException>().WithMessage("--labels-per-run asks for 500, the pool has 220*");
        await Running(Options("out") with { Augment = ["heavy"] }).Should().ThrowAsync<UsageException>().WithMessage("--augment heavy: 'heavy' is no strength, expected one of none, light, medium, strong");
        await Running(Options("out") with { LabelsPerRun = [] }).Should().ThrowAsync<UsageException>().WithMessage("--labels-per-run is empty*");
        await Running(Options("out") with { LabelsPerRun = [2], Starts = [], Augment = ["none"] }).Should().ThrowAsync<DataException>().WithMessage("2 labels, start scratch, augmentation none, supervised, seed 1: 2 labels of 2 classes*finished trainings stay*");
        var related = (await StudyRun.ExecuteAsync(other with { Seeds = 1, LabelsPerRun = [12], Augment = ["none"] }, Context())).Record;
        related.Findings.Single().Name.Should().StartWith("related:");
        string[] inside = ["--pool", folder.File("pool"), "--test", folder.File("test"), "--starts", $"related:{folder.File("out")}", "--out", folder.File("out")];
        (await CommandHost.InvokeAsync(new RootCommand { StudyCommand.Create() }, ["study", "--quiet", .. inside])).Should().Be(ExitCode.Usage, "a start is an input");
        Directory.Exists(folder.File("out/cells")).Should().BeTrue();
    }

    private static Func<Task> Running(StudyOptions options) => () => StudyRun.ExecuteAsync(options, Context());

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

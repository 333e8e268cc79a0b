using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Embedding;

/// <summary>Embeddings of rows that belong together.</summary>
public sealed class MetricRoundTests : IDisposable
{
    private readonly TestFolder folder = new();

    public MetricRoundTests() => Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 240));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(EmbedLoss.Triplet, Negatives.SemiHard)]
    [InlineData(EmbedLoss.Triplet, Negatives.BatchAll)]
    [InlineData(EmbedLoss.Contrastive, Negatives.SemiHard)]
    public async Task Rows_of_a_class_come_to_lie_together_on_the_unit_sphere(EmbedLoss loss, Negatives negatives)
    {
        var summary = await MetricRound.ExecuteAsync(Request() with { Loss = loss, Negatives = negatives, LabelColumn = "label", Seeds = 2 }, Context());

        summary.Score.Recall1.Should().BeGreaterThan(0.95);
        summary.Score.TripletAccuracy.Should().BeGreaterThan(0.99);
        summary.Spread!.Least.Mrr.Should().BeLessThanOrEqualTo(summary.Spread.Most.Mrr);
        var package = ModelPackage.Open(summary.Model);
        package.Manifest!.Outputs.Should().ContainSingle().Which.Should().BeEquivalentTo(new ModelOutput("embedding", [-1, 8]));
        using var session = new ModelSession(package.Model);
        using var input = TensorBuffer.Floats(2, Blobs.Width);
        Blobs.Features(1).Concat(Blobs.Features(2)).ToArray().CopyTo(input.Span);
        var (values, _) = session.Run(new Dictionary<string, TensorBuffer> { ["features"] = input })["embedding"];
        values.Chunk(8).Should().AllSatisfy(row => row.Sum(v => v * v).Should().BeApproximately(1, 1e-4f));
    }

    [Fact]
    public async Task Learners_that_learn_apart_and_then_together_find_the_classes_and_the_same_seed_gives_the_same_bytes()
    {
        var request = Request() with { Loss = EmbedLoss.Triplet, LabelColumn = "label", Seeds = 1, Learners = 2, BatchRows = 24 };

        var summary = await MetricRound.ExecuteAsync(request, Context());

        summary.Score.Recall1.Should().BeGreaterThan(0.95);
        ModelPackage.Open(summary.Model).Manifest!.Training.Recipe["learners"].Should().Be("2");
        (await MetricRound.ExecuteAsync(request, Context())).Sha256.Should().Be(summary.Sha256);
        (await MetricRound.ExecuteAsync(request with { Learners = 1 }, Context())).Sha256.Should().NotBe(summary.Sha256);
    }

    [Fact]
    public async Task Pairs_teach_what_labels_do_and_the_same_pairs_in_another_order_the_same_model()
    {
        string[] pairs = [.. Enumerable.Range(0, 200).Select(row => $"row-{row},row-{(row + 3) % 240},row-{(row + 4) % 240}")];
        File.WriteAllLines(folder.File("pairs.csv"), ["anchor,positive,negative", .. pairs]);
        File.WriteAllLines(folder.File("again.csv"), ["anchor,positive,negative", .. pairs.Reverse()]);
        var request = Request() with { Loss = EmbedLoss.Triplet, Pairs = [folder.File("pairs.csv")], Seeds = 1 };

        var first = await MetricRound.ExecuteAsync(request, Context());
        var second = await MetricRound.ExecuteAsync(request with { Pairs = [folder.File("again.csv")] }, Context());

        first.Score.TripletAccuracy.Should().BeGreaterThan(0.95);
        first.Spread.Should().BeNull();
        second.Sha256.Should().Be(first.Sha256);
    }

    [Theory]
    [InlineData("anchor,positive\nrow-1,nobody", "1 rows that --pairs names cannot be used: 'nobody' (not in the pool): *")]
    [InlineData("anchor,positive\nrow-1,row-1", "1 pairs lack an id or name a row twice: *row 1 (row-1, row-1)*")]
    [InlineData("anchor,positive\nrow-1,", "1 pairs lack an id*")]
    [InlineData("anchor,positive,negative\nrow-1,row-4,row-2\nrow-1,row-2,", "1 pairs of rows are said to belong together and not to: 'row-1' and 'row-2'*")]
    [InlineData("anchor,other\nrow-1,row-4", "*no column positive*")]
    [InlineData("anchor,positive", "*no pair, expected rows of anchor, positive*")]
    [InlineData("anchor,positive\nrow-1,row-4\nrow-2,row-5", "*")]
    public async Task Pairs_that_cannot_be_learnt_from_are_refused(string text, string told)
    {
        File.WriteAllText(folder.File("pairs.csv"), text + "\n");
        await Running(Request() with { Loss = EmbedLoss.Triplet, Pairs = [folder.File("pairs.csv")] }).Should().ThrowAsync<DataException>().WithMessage(told);
    }

    [Fact]
    public async Task What_contradicts_itself_is_refused()
    {
        await Running(Request() with { Loss = EmbedLoss.Triplet }).Should().ThrowAsync<UsageException>().WithMessage("--loss triplet is given with none of --labels, --label-column and --pairs*");
        await Running(Request() with { Loss = EmbedLoss.Contrastive, LabelColumn = "label", Negatives = Negatives.BatchAll }).Should().ThrowAsync<UsageException>().WithMessage("--negatives is given with --loss contrastive*");
        await Running(Request() with { Loss = EmbedLoss.Triplet, LabelColumn = "label", Learners = 5 }).Should().ThrowAsync<UsageException>().WithMessage("--learners is 5 with --units 8, expected two units or more for each*");
        await Running(Request() with { Loss = EmbedLoss.Triplet, LabelColumn = "label", BatchRows = 512 }).Should().ThrowAsync<DataException>().WithMessage("* labelled rows are left to learn from, expected 512 or more*");
        string[] copies = ["embed", "--task", "t", "--pool", folder.File("pool"), "--models", folder.File("models"), "--quiet"];
        (await CommandHost.InvokeAsync(new RootCommand { EmbedCommand.Create() }, [.. copies, "--units", "8"])).Should().Be(ExitCode.Usage, "--units is for relations");
        (await CommandHost.InvokeAsync(new RootCommand { EmbedCommand.Create() }, [.. copies, "--pairs", folder.File("pairs.csv")])).Should().Be(ExitCode.Usage, "--pairs is too");
    }

    private static Func<Task> Running(EmbedRequest request) => () => MetricRound.ExecuteAsync(request, Context());

    private EmbedRequest Request() => new("together", [folder.File("pool")])
    {
        Models = folder.File("models"),
        Network = new NetworkSpec([new Dense(12, Dropout: 0.1f)]),
        Units = 8,
        BatchRows = 48,
        Steps = 60,
    };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

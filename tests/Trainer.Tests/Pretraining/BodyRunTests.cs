using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Texts;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>Layers that learn from a small pool without labels.</summary>
public sealed class BodyRunTests : IDisposable
{
    private const int Rows = 300;
    private static readonly NetworkSpec Spec = new([new Dense(24, BatchNorm: true, Dropout: 0.5f), new Dense(8, Dropout: 0.5f)]);
    private readonly TestFolder folder = new();

    public BodyRunTests()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 120));
        Blobs.Write(folder.File("pool/b.parquet"), Enumerable.Range(120, Rows - 120));
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Methods => [.. PretrainRequest.Methods.Where(m => m is not (PretrainRequest.Lsa or PretrainRequest.LanguageModel or PretrainRequest.MaskedLanguage))];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_killed_run_goes_on_where_it_was_and_neither_shards_nor_their_order_decide(string method)
    {
        var whole = await RunAsync(r => r with { Method = method });
        Blobs.Write(folder.File("other/all.parquet"), Enumerable.Range(0, Rows).Reverse());
        using var stopping = new CancellationTokenSource();
        var context = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, new StoppingWriter("pass 17 of 34: loss", stopping), TimeProvider.System), stopping.Token);
        await FluentActions.Awaiting(() => PretrainRun.ExecuteAsync(Request("killed") with { Method = method }, context)).Should().ThrowAsync<OperationCanceledException>();

        var resumed = await RunAsync(r => r with { Method = method, Pool = [folder.File("other")] }, "killed");

        (whole.Passes, whole.Steps, whole.ResumedPasses, whole.Rows, whole.Units).Should().Be((34, 102, 0, whole.Rows, 8));
        (resumed.ResumedPasses, resumed.Sha256).Should().Be((17, whole.Sha256));
        File.Exists(folder.File("killed", "t", "pretrain.progress")).Should().BeFalse();
        (await RunAsync(r => r with { Method = method, Seed = 1 })).Sha256.Should().NotBe(whole.Sha256);
        TextTable.ReadWithNumbers(folder.File("models/t/round-0001/history.parquet"), "epoch").Select(e => e[0]).Should().Equal("17", "34");
    }

    [Fact]
    public async Task An_autoencoders_package_is_the_layers_that_a_training_starts_with()
    {
        var summary = await RunAsync(r => r with { Steps = 600 });

        summary.Explained.Should().BeGreaterThan(0.5, "the rows have four dimensions");
        var package = ModelPackage.Open(summary.Model);
        package.Manifest!.Dropout.Should().ContainSingle("what is dropped behind the embedding is no part of it").Which.Ratio.Should().Be(0.5f);
        (package.Manifest.Training.Rows, package.Manifest.Training.Unlabelled!.Rows).Should().Be((0, summary.Rows));
        package.Model.Graph.Node.Count(n => n.OpType == "Gemm").Should().Be(2, "the mirror is thrown away");
        var network = FirstWeights.In(NetworkBuilder.Build(Spec, Blobs.Columns, 3, new Standardisation(new float[Blobs.Width], new float[Blobs.Width]), seed: 0), package);
        Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight_2")).Should().Equal(Tensors.ToFloats(package.Model.Graph.Initializer.Single(t => t.Name == "dense_weight_2")));
        TransferNetwork.Build(new TransferSpec(package) { Freeze = ["*"] }, Blobs.Columns, classes: 3, seed: 1).EmbeddingWidth.Should().Be(8);
    }

    [Fact]
    public async Task Random_labels_are_learnt_by_heart_and_layers_may_be_anew()
    {
        Blobs.Write(folder.File("noise/a.parquet"), Enumerable.Range(0, 130), damage: features =>
        {
            var random = new Random(5);
            for (var i = 0; i < features.Length; i++)
            {
                features[i] = random.NextSingle();
            }
        });
        var request = Request("models") with { Pool = [folder.File("noise")], Method = PretrainRequest.RandomLabels, Network = new([new Dense(96), new Dense(48, Dropout: 0.5f)]), RandomClasses = 2, MostRows = 100, Steps = 3000 };
        var all = await PretrainRun.ExecuteAsync(request, Context());
        var first = await PretrainRun.ExecuteAsync(request with { Anew = 1, Models = folder.File("anew") }, Context());

        all.Rows.Should().Be(100);
        all.Remembered.Should().BeGreaterThanOrEqualTo(0.99);
        all.Steps.Should().BeLessThan(3000, "it ends when it knows them");
        var (whole, part) = (Weights(all), Weights(first));
        var fresh = NetworkBuilder.Build(request.Network, Blobs.Columns, 2, new Standardisation(new float[Blobs.Width], new float[Blobs.Width]), seed: 0).Forward.Graph.Initializer.ToDictionary(t => t.Name, t => t.RawData);
        part["dense_weight"].Should().Equal(whole["dense_weight"]).And.NotEqual(fresh["dense_weight"]);
        part["dense_weight_2"].Should().Equal(fresh["dense_weight_2"]).And.NotEqual(whole["dense_weight_2"]);
        await Running(r => r with { Anew = 2 }).Should().ThrowAsync<UsageException>().WithMessage("--anew is 2, the network has 2 layers with weights*");
    }

    [Fact]
    public void Random_labels_are_even_and_the_seeds()
    {
        var data = new PretrainData([.. Enumerable.Range(0, 3000).Select(Blobs.Features)], [Blobs.Features(1)], Blobs.Width, 0, "");
        IReadOnlyList<int> Labels(ulong seed)
        {
            var request = Request("models") with { RandomClasses = 5, Seed = seed };
            using var pretext = new RandomLabels(data, BodyPlan.Of(Spec, Blobs.Columns, data, seed), 32, request);
            return pretext.Labels;
        }

        Labels(1).CountBy(l => l).Should().HaveCount(5).And.OnlyContain(c => Math.Abs(c.Value - 600) < 100);
        Labels(1).Should().Equal(Labels(1)).And.NotEqual(Labels(2));
    }

    [Fact]
    public async Task A_critic_changes_what_an_autoencoder_learns_and_copies_find_their_rows()
    {
        var (plain, critic) = (await RunAsync(r => r), await RunAsync(r => r with { Method = PretrainRequest.Acai }));
        var copies = await RunAsync(r => r with { Method = PretrainRequest.Contrastive, Augment = new() { Strength = AugmentStrength.Light } });

        critic.Sha256.Should().NotBe(plain.Sha256);
        critic.Explained.Should().BePositive();
        copies.CopiesFound.Should().BeGreaterThan(0.2, "chance finds one in thirty");
    }

    [Fact]
    public void What_a_reconstruction_holds_is_told_against_the_mean_row()
    {
        // Two rows of two features around (1, 2): variance 1 + 4 a row, missed 0.25 a row.
        Reconstruction.Of([0, 0.5f, 2, 4.5f], [0, 0, 2, 4], width: 2).Should().Be(new PretextScore(0.125, 1 - (0.5 / 10)));
        Reconstruction.Of([9, 9], [1, 2], width: 2).Share.Should().Be(0, "there is nothing to tell apart");
    }

    [Fact]
    public async Task What_cannot_be_learnt_from_is_refused()
    {
        await Running(r => r with { Network = NetworkSpec.Load("late-fusion") }).Should().ThrowAsync<UsageException>().WithMessage("the network has towers*");
        await Running(r => r with { Network = NetworkSpec.Load("cnn"), Features = ["nothing"] }).Should().ThrowAsync<Exception>().WithMessage("*nothing*");
        await Running(r => r with { Method = PretrainRequest.Contrastive, Augment = new() }).Should().ThrowAsync<UsageException>().WithMessage("--augment is none with --method contrastive*");
        await Running(r => r with { MostRows = 20 }).Should().ThrowAsync<UsageException>().WithMessage("--rows is 20, expected 100 *");
        Blobs.Write(folder.File("few/a.parquet"), Enumerable.Range(0, 90));
        await Running(r => r with { Pool = [folder.File("few")] }).Should().ThrowAsync<DataException>().WithMessage("the pool has * rows to learn from * expected 100 or more*");
        foreach (var arguments in (string[][])[["--method", "autoencoder", "--units", "4"], ["--method", "lsa", "--network", "mlp"], ["--method", "acai", "--augment", "light"], ["--method", "contrastive", "--random-classes", "4"]])
        {
            (await CommandHost.InvokeAsync(new RootCommand { PretrainCommand.Create() }, ["pretrain", "--task", "t", "--pool", folder.File("pool"), "--models", folder.File("models"), "--quiet", .. arguments])).Should().Be(ExitCode.Usage, string.Join(' ', arguments));
        }
    }

    private static Dictionary<string, Google.Protobuf.ByteString> Weights(PretrainSummary summary) => ModelPackage.Open(summary.Model).Model.Graph.Initializer.ToDictionary(t => t.Name, t => t.RawData);

    private Func<Task> Running(Func<PretrainRequest, PretrainRequest> with) => () => PretrainRun.ExecuteAsync(with(Request("models")), Context());

    private Task<PretrainSummary> RunAsync(Func<PretrainRequest, PretrainRequest> with, string models = "models") => PretrainRun.ExecuteAsync(with(Request(models)), Context());

    private PretrainRequest Request(string models) => new("t", [folder.File("pool")]) { Method = PretrainRequest.Autoencoder, Network = Spec, Steps = 100, Models = folder.File(models) };

    private static CommandContext Context() => new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}

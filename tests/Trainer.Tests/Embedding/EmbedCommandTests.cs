using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Audits;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Embedding;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class EmbedCommandTests : IDisposable
{
    private const int Rows = 400;
    private const int Copies = 60;
    private static readonly CommandContext Context = new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);

    private readonly TestFolder folder = new();
    private readonly float[][] pictures = [.. Enumerable.Range(0, Rows).Select(Pictures.Draw)];

    public EmbedCommandTests()
    {
        Pictures.Write(folder.File("train/a.parquet"), "a", pictures[..250]);
        Pictures.Write(folder.File("train/b.parquet"), "b", pictures[250..]);
    }

    private string Train => folder.File("train");

    private string Model => folder.File("models/pictures");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Moved_and_mirrored_copies_are_found_by_the_embedding_and_not_by_the_pixels()
    {
        Pictures.Write(folder.File("test.parquet"), "copy", [.. pictures[..Copies].Select(Pictures.Alter)]);

        (await Embed("--pool", Train, "--image", "16x16", "--steps", "60")).Should().Be(ExitCode.Success);

        (await Found(Model)).Should().BeGreaterThan(0.9);
        (await Found(null)).Should().BeLessThan(0.5);
    }

    [Fact]
    public async Task A_package_says_what_it_is_and_does_not_depend_on_the_order_of_the_shards()
    {
        string[] shards = [folder.File("train/a.parquet"), folder.File("train/b.parquet")];
        (await Embed(["--pool", .. shards, "--image", "16x16", "--label-column", "label", "--steps", "2"])).Should().Be(ExitCode.Success);
        (await Embed(["--pool", .. shards.Reverse(), "--image", "16x16", "--label-column", "label", "--steps", "2"])).Should().Be(ExitCode.Success);
        (await Embed(["--pool", .. shards, "--image", "16x16", "--label-column", "label", "--steps", "2", "--seed", "1"])).Should().Be(ExitCode.Success);

        var rounds = Enumerable.Range(1, 3).Select(r => ModelPackage.Open(folder.File($"models/pictures/round-000{r}")).Manifest!).ToArray();
        rounds[1].Sha256.Should().Be(rounds[0].Sha256);
        rounds[2].Sha256.Should().NotBe(rounds[0].Sha256);
        rounds[0].Classes.Should().Equal("even", "odd");
        rounds[0].Dropout.Should().BeEmpty();
        rounds[0].Outputs.Should().ContainSingle().Which.Should().BeEquivalentTo(new ModelOutput("embedding", [-1, 256]));
        rounds[0].Inputs.Should().ContainSingle().Which.Columns.Should().Equal("features");
        (rounds[0].Training.Rows, rounds[0].Training.HoldoutRows).Should().Be((360, 40));
        TextTable.Read(Path.Combine(Model, "round-0001", "history.parquet"), "epoch").Should().HaveCount(rounds[0].Training.Epochs);
    }

    [Fact]
    public async Task Vectors_of_several_columns_are_embedded_and_some_rows_may_be_labelled()
    {
        var rows = Enumerable.Range(0, 300).ToArray();
        using (var writer = new ShardWriter(folder.File("vectors.parquet"), [new("id", ShardType.Int64), new("left", ShardType.FloatList, 6), new("right", ShardType.FloatList, 4)]))
        {
            writer.Write(300, Array.ConvertAll(rows, r => (long)r), rows.SelectMany(r => Vector(r, 6)).ToArray(), rows.SelectMany(r => Vector(r + 1000, 4)).ToArray());
            writer.Complete();
        }
        File.WriteAllText(folder.File("labels.csv"), "id,label\n1,a\n2,b\n3,a\n");

        (await Embed("--pool", folder.File("vectors.parquet"), "--features", "left", "right", "--labels", folder.File("labels.csv"), "--steps", "3")).Should().Be(ExitCode.Success);

        ModelPackage.Open(Model).Manifest!.Inputs.Select(i => i.Name).Should().Equal("left", "right");

        static IEnumerable<float> Vector(int row, int width) => Enumerable.Range(0, width).Select(i => MathF.Sin((row * 7.1f) + (i * i)));
    }

    [Fact]
    public async Task What_cannot_be_is_a_usage_error()
    {
        (await Embed("--pool", Train, "--image", "28x28")).Should().Be(ExitCode.Usage, "the column holds other images");
        (await Embed("--pool", Train, "--image", "sixteen")).Should().Be(ExitCode.Usage);
        (await Embed("--pool", Train, "--steps", "0")).Should().Be(ExitCode.Usage);
        (await Embed("--pool", Train, "--label-column", "label", "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Usage);
        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    [Fact]
    public async Task What_is_wrong_in_the_files_is_a_data_error()
    {
        File.WriteAllText(folder.File("labels.csv"), "id,label\na-1,a\nnobody,b\n");
        Pictures.Write(folder.File("few.parquet"), "few", pictures[..50]);
        Pictures.Write(folder.File("broken.parquet"), "broken", pictures, features => features[3] = float.NaN);

        (await Embed("--pool", Train, "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Data, "a label is for no row");
        (await Embed("--pool", folder.File("few.parquet"))).Should().Be(ExitCode.Data, "50 rows are too few");
        (await Embed("--pool", folder.File("broken.parquet"))).Should().Be(ExitCode.Data, "a value is NaN");
        (await Embed("--pool", Train, "--features", "missing")).Should().Be(ExitCode.Data);
        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    [Fact]
    public async Task Stopping_publishes_nothing()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var request = new EmbedRequest("pictures", [Train]) { Image = new PictureFormat(1, 16, 16, ChannelsLast: false), Steps = 100_000, Models = folder.File("models") };

        await FluentActions.Awaiting(() => EmbedRound.ExecuteAsync(request, Context with { Stopping = stop.Token })).Should().ThrowAsync<OperationCanceledException>();

        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    /// <summary>The share of copies whose nearest train row is their original.</summary>
    private async Task<double> Found(string? model)
    {
        var options = new AuditOptions([Train], [folder.File("test.parquet")], folder.File("audit")) { Vectors = new() { Model = model } };
        await AuditRun.ExecuteAsync(options, Context);
        return TextTable.Read(folder.File("audit/pairs.csv"), "kind", "test_id", "train_id")
            .Where(pair => pair[0] == "test-train").Average(pair => pair[1]!.Replace("copy", "a", StringComparison.Ordinal) == pair[2] ? 1.0 : 0);
    }

    private Task<int> Embed(params string[] arguments) => CommandHost.InvokeAsync(
        new RootCommand { EmbedCommand.Create() }, ["embed", "--task", "pictures", "--models", folder.File("models"), "--quiet", .. arguments]);
}

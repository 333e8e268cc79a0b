using System.IO.Compression;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class FashionMnistTests
{
    private const int Labels = 2000;
    private const int Pixels = 784;
    private static readonly VectorColumn[] Columns = [new("features", Pixels)];

    [Theory]
    [InlineData("mlp", 0.80)]
    [InlineData("cnn", 0.83)]
    public void A_preset_learns_from_2000_labels_and_publishes_what_it_learnt(string preset, double least)
    {
        var stopping = TestContext.Current.CancellationToken;
        var set = TrainingSet.Of(Columns, Rows("train", Labels), 0.1);
        var trained = TrainRun.Execute(set, new TrainOptions { Network = NetworkSpec.Load(preset) }, stopping: stopping);
        using var folder = new TestFolder();

        var (_, _, check) = ModelPublisher.Publish(new(folder.Root), "fashion", trained, 0, TimeProvider.System);

        check.Difference.Should().BeLessThanOrEqualTo(ModelCheck.Tolerance * trained.HoldoutLogits.Max(MathF.Abs));
        var test = Rows("t10k", 10_000).Select(r => new LabelledRow(r.Id, r.Features, int.Parse(r.Label, null))).ToArray();
        HoldoutScore.Of(ModelCheck.Logits(DropoutSwitch.Off(trained.Network.Forward), trained with { Set = set with { Holdout = test } }).AsSpan(0, 100_000), test)
            .Accuracy.Should().BeGreaterThanOrEqualTo(least);
    }

    private static List<(string Id, float[] Features, string Label)> Rows(string split, int count)
    {
        using var images = Open($"{split}-images-idx3-ubyte.gz", 16);
        using var labels = Open($"{split}-labels-idx1-ubyte.gz", 8);
        var rows = new List<(string, float[], string)>();
        var pixels = new byte[Pixels];
        for (var row = 0; row < count; row++)
        {
            images.ReadExactly(pixels);
            rows.Add(($"{split}-{row}", Array.ConvertAll(pixels, p => p / 255f), $"{labels.ReadByte()}"));
        }
        return rows;
    }

    private static GZipStream Open(string name, int header)
    {
        var stream = new GZipStream(File.OpenRead(RealData.File("fashion-mnist", name)), CompressionMode.Decompress);
        stream.ReadExactly(new byte[header]);
        return stream;
    }
}

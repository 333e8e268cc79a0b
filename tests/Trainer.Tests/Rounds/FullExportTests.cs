using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Transfer;
using SkiaSharp;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>Encoder and head as one model: it takes pictures, and scores them as the head scores what the encoder made of them.</summary>
public sealed class FullExportTests : IDisposable
{
    private const double Rounding = 1e-5;
    private const int OfEach = 20;
    private readonly TestFolder folder = new();
    private readonly string encoder;

    public FullExportTests()
    {
        encoder = MadePictureEncoder.In(folder, """{ "size": 4, "resize": 6, "channels": "bgr", "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.3] }""");
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        for (var i = 0; i < OfEach; i++)
        {
            Write($"photos/red/{i}.png", 200 - i, 20 + (3 * i));
            Write($"photos/blue/{i}.png", 20 + (2 * i), 200 - i);
        }
    }

    private string Photos => folder.File("photos", "x")[..^2];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pictures_are_scored_as_what_the_encoder_made_of_them()
    {
        (await Train("head")).Should().Be(ExitCode.Success);
        (await Train("full", "--export", "full")).Should().Be(ExitCode.Success);
        (await Train("full", "--epochs-per-round", "1")).Should().Be(ExitCode.Data, "it holds no state to go on from");
        (await Score("head", Photos, "--encoder", encoder)).Should().Be(ExitCode.Success);
        Directory.Delete(folder.File("pictures"), recursive: true); // The package needs no other file.
        Directory.Delete(folder.File("cache"), recursive: true);
        (await Score("full", Photos)).Should().Be(ExitCode.Success);

        var (head, full) = (Scores("head"), Scores("full"));
        full.Keys.Should().HaveCount(2 * OfEach).And.BeEquivalentTo(head.Keys);
        head.Values.Count(row => row[0] > 0.001).Should().BeGreaterThan(OfEach / 2, "members disagree");
        full.Should().AllSatisfy(row => row.Value.Zip(head[row.Key]).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, Rounding)));

        SelectRun.PoolOf([folder.File("scored-full", "x")[..^2]]).Should().Equal([Photos], "the next command is told what was given, not what was made of it");

        var manifest = ModelPackage.Open(folder.File("models", "full")).Manifest!;
        manifest.Inputs.Should().ContainSingle().Which.Pixels.Should().Be(new PixelSpec(4, 6, PictureFit.Cover, ResampleFilter.Bilinear, ChannelOrder.Bgr));
        manifest.Training.Recipe["export"].Should().Be("full");
        manifest.Training.Recipe["encoder"].Should().StartWith($"{encoder}, SHA-256 ");
        manifest.Dropout.Should().Equal(ModelPackage.Open(folder.File("models", "head")).Manifest!.Dropout);
        manifest.StateSha256.Should().BeNull("no training goes on from it");
    }

    [Fact]
    public async Task What_cannot_be_joined_is_refused()
    {
        (await Train("t", "--export", "whole")).Should().Be(ExitCode.Usage);
        (await Train("t", "--export", "full", "--features", "features")).Should().Be(ExitCode.Usage);
        (await Train("t", "--export", "full", "--epochs-per-round", "1")).Should().Be(ExitCode.Usage);
        var shards = ShardSet.Resolve([Path.Combine(Directory.EnumerateDirectories(folder.File("cache", "pictures", "pools")).Single(), "*.parquet")]);
        EncodedHead.Of(shards, [shards.Vector("embedding")]).Encoded.Encoder.Should().Be(encoder);
        FluentActions.Invoking(() => EncodedHead.Of(shards, [shards.Vector("features")])).Should().Throw<UsageException>().WithMessage("*no encoder made features*--features embedding*");
        FluentActions.Invoking(() => EncodedHead.Of(shards, [shards.Vector("embedding"), shards.Vector("features")])).Should().Throw<UsageException>().WithMessage("*embedding, features*");

        var said = folder.File("pictures", "encoder.json");
        File.WriteAllText(said, File.ReadAllText(said).Replace("0.4, 0.5", "0.5, 0.5", StringComparison.Ordinal));
        FluentActions.Invoking(() => EncodedHead.Of(shards, [shards.Vector("embedding")])).Should().Throw<DataException>().WithMessage("*column embedding was made by one of*");
        Directory.EnumerateFileSystemEntries(folder.File("models", "x")[..^2]).Should().BeEmpty("nothing was published");
    }

    [Fact]
    public async Task A_pool_without_pictures_and_a_model_that_is_not_there_are_told_at_once()
    {
        (await Train("full", "--export", "full")).Should().Be(ExitCode.Success);
        var shards = Directory.EnumerateDirectories(folder.File("cache", "pictures", "pools")).Single();

        (await Score("full", shards)).Should().Be(ExitCode.Data, "its shards have no pixels");
        Directory.Delete(folder.File("cache"), recursive: true);
        (await Score("gone", Photos)).Should().Be(ExitCode.Data);
        Directory.Exists(folder.File("cache", "pictures")).Should().BeFalse("no picture was looked at");
    }

    private Task<int> Train(string task, params string[] more) => Run(
        TrainCommand.Create(),
        ["train", "--task", task, "--pool", Photos, "--encoder", encoder, "--network", folder.File("network.json"), "--epochs", "3", "--models", folder.File("models", "x")[..^2], .. more]);

    private Task<int> Score(string model, string pool, params string[] more) =>
        Run(ScoreCommand.Create(), ["score", "--model", folder.File("models", model), "--pool", pool, "--out", folder.File($"scored-{model}"), "--passes", "20", .. more]);

    private Task<int> Run(Command command, string[] words) =>
        CommandHost.InvokeAsync(new RootCommand { command }, [.. words, "--quiet", "--cache", folder.File("cache", "x")[..^2]]);

    /// <summary>[id]: bald, entropy and confidence.</summary>
    private Dictionary<string, double[]> Scores(string model)
    {
        string[][] rows = [.. File.ReadLines(folder.File($"scored-{model}", "ranked.csv")).Select(line => line.Split(','))];
        int[] places = [.. new[] { "bald", "entropy", "confidence" }.Select(name => Array.IndexOf(rows[0], name))];
        return rows.Skip(1).ToDictionary(row => row[1], row => places.Select(place => double.Parse(row[place], CultureInfo.InvariantCulture)).ToArray());
    }

    private void Write(string name, int red, int blue)
    {
        var picture = new Picture(16, 12, new byte[16 * 12 * Picture.Stride]);
        for (var i = 0; i < picture.Pixels.Length; i += Picture.Stride)
        {
            (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2], picture.Pixels[i + 3]) = ((byte)red, (byte)(i * 7), (byte)blue, 255);
        }
        File.WriteAllBytes(folder.File(name.Split('/')), MadePicture.File(picture, SKEncodedImageFormat.Png));
    }
}

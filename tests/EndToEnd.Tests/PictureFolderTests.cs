using System.Text.Json;
using ParquetPool.Decoding;
using SkiaSharp;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A folder of photographs in the place of shards, from training to tasks.</summary>
public sealed class PictureFolderTests : IDisposable
{
    private const int OfEach = 12;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task FoldersNameTheClassesAndTheEncodersVectorsAreLearntAndScored()
    {
        var encoder = MadePictureEncoder.In(folder, name: "encoder");
        for (var i = 0; i < OfEach; i++)
        {
            Write($"labelled/red/{i}.png", 200 - i, 20 + i);
            Write($"labelled/blue/{i}.png", 20 + i, 200 - i);
            Write($"others/{i}.png", 10 * i, 120 - (10 * i));
        }
        string[] asked = ["--encoder", encoder, "--cache", folder.File("cache", "x")[..^2]];

        var trained = (await Tool.Trainer(["train", "--task", "colours", "--pool", folder.File("labelled"), "--models", folder.File("models"), .. asked]).Succeeds()).Summary;
        await Tool.Scorer(["score", "--model", folder.File("models", "colours"), "--pool", folder.File("others"), "--out", folder.File("scored"), "--top", "5", .. asked]).Succeeds();
        await Tool.Scorer(["tasks", "--rows", folder.File("scored", "ranked.csv"), "--pool", folder.File("others"), "--image-prefix", "/data/local-files/?d=others/", "--out", folder.File("tasks.json"), .. asked]).Succeeds();

        trained.GetProperty("classes").GetInt32().Should().Be(2);
        trained.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).Should().ContainMatch("learns from the column embedding*--features features would take their pixels");
        var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("models", "colours", "round-0001", "manifest.json"), TestContext.Current.CancellationToken));
        manifest.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).Should().Equal("blue", "red");
        var tasks = await File.ReadAllTextAsync(folder.File("tasks.json"), TestContext.Current.CancellationToken);
        File.ReadLines(folder.File("scored", "ranked.csv")).Skip(1).Should().HaveCount(5).And.AllSatisfy(row => tasks.Should().Contain($"/data/local-files/?d=others/{row.Split(',').Single(cell => cell.EndsWith(".png", StringComparison.Ordinal))}"));
    }

    private void Write(string name, int red, int blue)
    {
        var picture = new Picture(16, 16, new byte[16 * 16 * Picture.Stride]);
        for (var i = 0; i < picture.Pixels.Length; i += Picture.Stride)
        {
            (picture.Pixels[i], picture.Pixels[i + 2], picture.Pixels[i + 3]) = ((byte)red, (byte)blue, 255);
        }
        File.WriteAllBytes(folder.File(name.Split('/')), MadePicture.File(picture, SKEncodedImageFormat.Png));
    }
}

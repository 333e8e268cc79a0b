using System.Globalization;
using System.IO.Compression;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Fashion-MNIST imported, and an mlp and a cnn trained on its first 2,000 labels, by the commands a user types. Made once for all tests.</summary>
public sealed class FashionMnist : IAsyncLifetime
{
    private const int Labelled = 2000;
    private readonly TestFolder folder = new();
    private string? missing;

    public string Train => folder.File("train");

    public string Test => folder.File("test");

    public IReadOnlyList<string> TrainLabels { get; private set; } = [];

    public IReadOnlyList<string> TestLabels { get; private set; } = [];

    public string File(string name) => folder.File(name);

    /// <summary>The folder of a published task.</summary>
    public string Model(string network) => folder.File("models", network);

    /// <summary>Reports the test as skipped where the data is not here.</summary>
    public void Require() => Assert.SkipWhen(missing is not null, missing ?? "");

    public async ValueTask InitializeAsync()
    {
        var data = RealData.Folder("fashion-mnist");
        if (!Directory.Exists(data))
        {
            missing = $"{data} is not here: set PARQUETPOOL_DATA to the data folder";
            return;
        }
        string Idx(string name) => Path.Combine(data, $"{name}-ubyte.gz");
        TrainLabels = Labels(Idx("train-labels-idx1"));
        TestLabels = Labels(Idx("t10k-labels-idx1"));
        await Tool.Trainer("import", "-q", "--idx", Idx("train-images-idx3"), "--idx-labels", Idx("train-labels-idx1"), "--out", Train, "--split", "train", "--id-prefix", "train-").Succeeds();
        await Tool.Trainer("import", "-q", "--idx", Idx("t10k-images-idx3"), "--idx-labels", Idx("t10k-labels-idx1"), "--out", Test, "--split", "test", "--id-prefix", "test-").Succeeds();
        await System.IO.File.WriteAllLinesAsync(folder.File("labels.csv"), TrainLabels.Take(Labelled).Select((label, i) => string.Create(CultureInfo.InvariantCulture, $"train-{i},{label}")).Prepend("id,label"));
        foreach (var network in new[] { "mlp", "cnn" })
        {
            await Tool.Trainer("train", "-q", "--task", network, "--pool", Train, "--labels", folder.File("labels.csv"), "--network", network, "--epochs", "16", "--models", folder.File("models")).Succeeds();
        }
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static List<string> Labels(string path)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(System.IO.File.OpenRead(path), CompressionMode.Decompress))
        {
            gzip.CopyTo(stream);
        }
        return [.. stream.ToArray().Skip(8).Select(b => b.ToString(CultureInfo.InvariantCulture))];
    }
}

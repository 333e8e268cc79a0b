using System.IO.Compression;

namespace ParquetPool.Scorer.Tests.Audits;

/// <summary>Fashion-MNIST images from PARQUETPOOL_DATA, or from ../shared/data beside the repository.</summary>
internal static class FashionMnist
{
    private const int HeaderBytes = 16;
    private const int Pixels = 784;

    /// <summary>The first images of a file, scaled to 0..1; skips the test where the data is not there.</summary>
    public static float[][] Images(string name, int count)
    {
        var path = Path.Combine(Folder(), "fashion-mnist", $"{name}-images-idx3-ubyte.gz");
        Assert.SkipUnless(File.Exists(path), "Fashion-MNIST is not here: set PARQUETPOOL_DATA to the folder that holds fashion-mnist/");
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        file.ReadExactly(new byte[HeaderBytes]);
        var images = new float[count][];
        var bytes = new byte[Pixels];
        for (var i = 0; i < count; i++)
        {
            file.ReadExactly(bytes);
            images[i] = Array.ConvertAll(bytes, b => b / 255f);
        }
        return images;
    }

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ParquetPool.sln")))
        {
            root = root.Parent;
        }
        return Environment.GetEnvironmentVariable("PARQUETPOOL_DATA") ?? Path.Combine(root?.Parent?.FullName ?? "", "shared", "data");
    }
}

using System.IO.Compression;

namespace ParquetPool.Scorer.Tests.Audits;

/// <summary>Fashion-MNIST images.</summary>
internal static class FashionMnist
{
    private const int HeaderBytes = 16;
    private const int Pixels = 784;

    /// <summary>The first images of a file, scaled to 0..1; skips the test where the data is not there.</summary>
    public static float[][] Images(string name, int count)
    {
        var path = RealData.File("fashion-mnist", $"{name}-images-idx3-ubyte.gz");
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
}

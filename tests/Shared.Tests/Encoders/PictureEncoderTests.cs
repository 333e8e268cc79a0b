using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;

namespace ParquetPool.Shared.Tests.Encoders;

public sealed class PictureEncoderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{ "size": 4, "normalise": false }""", 1f, 0.2f, 0)]
    [InlineData("""{ "size": 4, "normalise": false, "channels": "bgr", "range": 255 }""", 0, 51, 255)]
    [InlineData("""{ "size": 4, "normalise": false, "mean": [0.5, 0.2, 0], "std": [0.5, 1, 2] }""", 1, 0, 0)]
    [InlineData("""{ "size": 4, "resize": 6, "fit": "stretch", "filter": "bicubic", "normalise": false }""", 1, 0.2f, 0)]
    [InlineData("""{ "size": 4, "channels": "bgr" }""", 0, 0.19611613f, 0.98058068f)]
    public void The_model_sees_what_encoder_json_says(string settings, float first, float second, float third)
    {
        using var encoder = PictureEncoder.Open(MadePictureEncoder.In(folder, settings));

        Encode(encoder, Plain(20, 10)).Should().Equal([first, second, third], (a, b) => MathF.Abs(a - b) < 1e-4f);
    }

    [Fact]
    public void A_mean_image_is_taken_off()
    {
        var path = MadePictureEncoder.In(folder, """{ "size": 4, "range": 255, "meanImage": "mean.npy", "normalise": false }""");
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 4), }\n";
        var mean = Enumerable.Range(0, 48).SelectMany(i => BitConverter.GetBytes(i / 16 * 10f));
        File.WriteAllBytes(folder.File("pictures", "mean.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. mean]);
        using var encoder = PictureEncoder.Open(path);

        Encode(encoder, Plain(4, 4)).Should().Equal(255, 41, -20);
        var before = PictureEncoder.Sha256Of(path);
        PictureEncoder.Sha256Of(path).Should().Be(before);
        File.WriteAllBytes(folder.File("pictures", "mean.npy"), [.. File.ReadAllBytes(folder.File("pictures", "mean.npy"))[..^1], 1]);
        PictureEncoder.Sha256Of(path).Should().NotBe(before, "it decides the vectors");
        var turned = header.Replace("3, 4, 4", "4, 4, 3", StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("pictures", "mean.npy"), [.. File.ReadAllBytes(folder.File("pictures", "mean.npy"))[..10], .. System.Text.Encoding.ASCII.GetBytes(turned), .. mean]);
        path.Invoking(p => PictureEncoder.Open(p)).Should().Throw<DataException>().WithMessage("*'shape': (4, 4, 3)*expected 3 x 4 x 4 float32*");
    }

    [Fact]
    public void A_batch_that_was_exported_fixed_is_free()
    {
        using var encoder = PictureEncoder.Open(MadePictureEncoder.In(folder, dims: [8, 3, 4, 4]));

        encoder.Width.Should().Be(3);
    }

    [Theory]
    [InlineData("""{ "size": 8 }""", "*takes pictures of [1, 3, 4, 4], encoder.json says [1, 3, 8, 8]*")]
    [InlineData("""{ "size": 4, "channels": "grey" }""", "*takes pictures of [1, 3, 4, 4], encoder.json says [1, 1, 4, 4]*")]
    [InlineData("""{ "size": 4, "output": "logits" }""", "*outputs vector, encoder.json names logits*")]
    [InlineData("""{ "size": 4, "pooling": "cls" }""", "*output vector of one picture has shape [1, 3, 1, 1], expected [1, tokens, numbers]*")]
    [InlineData("""{ "size": 4, "mean": [1] }""", "*mean and std are expected to be 3 numbers each*")]
    [InlineData("""{ "size": 4, "std": [1, 0, 1] }""", "*those of std not 0*")]
    [InlineData("""{ "size": 4, "resize": 3 }""", "*resize is 3, expected 4*")]
    [InlineData("""{ "size": 4, "range": 2 }""", "*range is 2, expected 1 or 255*")]
    [InlineData("""{ "size": 4, "meanImage": "mean.npy" }""", "*mean.npy: no such mean image*")]
    [InlineData("""{ "size": 4, "meanImage": "../mean.npy" }""", "*expected the name of a file beside the model*")]
    [InlineData("""{ "tokenizer": "vocab.txt" }""", "*encoder.json: *tokenizer*expected an object with size*")]
    public void What_does_not_fit_is_told(string settings, string message) =>
        FluentActions.Invoking(() => PictureEncoder.Open(MadePictureEncoder.In(folder, settings))).Should().Throw<DataException>().WithMessage(message);

    [Fact]
    public void Places_are_averaged_where_pooling_says_so()
    {
        using var encoder = PictureEncoder.Open(MadePictureEncoder.In(folder, """{ "size": 4, "normalise": false, "pooling": "mean" }""", pools: false));

        Encode(encoder, Plain(4, 4)).Should().Equal([1, 0.2f, 0], (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void An_encoder_of_texts_is_none_of_pictures_and_the_other_way_round()
    {
        FluentActions.Invoking(() => PictureEncoder.Open(MadeEncoder.In(folder, name: "texts"))).Should().Throw<DataException>();
        FluentActions.Invoking(() => PictureEncoder.Open("minilm")).Should().Throw<UsageException>().WithMessage("*'minilm', an encoder of texts, expected resnet18*");
        FluentActions.Invoking(() => TextEncoder.Open("resnet18")).Should().Throw<UsageException>().WithMessage("*'resnet18', an encoder of pictures, expected minilm*");
    }

    [Fact]
    public void ResNet18_tells_pictures_apart()
    {
        using var encoder = PictureEncoder.Open("resnet18");
        var (picture, other) = (Waves(300, 200, 0.05), Waves(300, 200, 0.4));

        var vector = Encode(encoder, picture);

        encoder.Width.Should().Be(512);
        vector.Sum(value => value * value).Should().BeApproximately(1, 1e-4f);
        Encode(encoder, picture).Should().Equal(vector);
        Cosine(vector, Encode(encoder, Resampler.Resize(picture, 150, 100, ResampleFilter.Bilinear))).Should().BeGreaterThan(Cosine(vector, Encode(encoder, other)));
    }

    private static float Cosine(float[] a, float[] b) => a.Zip(b).Sum(both => both.First * both.Second);

    private static float[] Encode(PictureEncoder encoder, Picture picture)
    {
        var vector = new float[encoder.Width];
        encoder.Encode(picture, vector);
        return vector;
    }

    private static Picture Waves(int width, int height, double pitch)
    {
        var pixels = new byte[width * height * Picture.Stride];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, channel) = (i / Picture.Stride % width, i / Picture.Stride / width, i % Picture.Stride);
            pixels[i] = (byte)(128 + (100 * Math.Sin((x + (y * channel)) * pitch)));
        }
        return new(width, height, pixels);
    }

    /// <summary>Red 255, green 51, blue 0.</summary>
    private static Picture Plain(int width, int height)
    {
        var pixels = new byte[width * height * Picture.Stride];
        for (var i = 0; i < pixels.Length; i += Picture.Stride)
        {
            (pixels[i], pixels[i + 1], pixels[i + 3]) = (255, 51, 255);
        }
        return new(width, height, pixels);
    }
}

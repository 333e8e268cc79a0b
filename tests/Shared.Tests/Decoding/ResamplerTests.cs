using ParquetPool.Decoding;

namespace ParquetPool.Shared.Tests.Decoding;

/// <summary>The hashes are those of Pillow 9.4's results on the same pixels.</summary>
public class ResamplerTests
{
    [Theory]
    [InlineData(ResampleFilter.Bilinear, 16, 16, "e3e47837b62983f6")]
    [InlineData(ResampleFilter.Bilinear, 7, 40, "87ac2e15695ced4c")]
    [InlineData(ResampleFilter.Bilinear, 90, 61, "3dc7d80f18b9a8bf")]
    [InlineData(ResampleFilter.Bilinear, 61, 20, "ab0d5f9cdcd43c34")]
    [InlineData(ResampleFilter.Bilinear, 25, 43, "45b907bb5ac11c6b")]
    [InlineData(ResampleFilter.Bicubic, 16, 16, "990a02aa521c7514")]
    [InlineData(ResampleFilter.Bicubic, 7, 40, "d5a8ba752a783a4d")]
    [InlineData(ResampleFilter.Bicubic, 90, 61, "676b61d7577041ff")]
    [InlineData(ResampleFilter.Bicubic, 61, 20, "44fe025fc9f0ca47")]
    [InlineData(ResampleFilter.Bicubic, 25, 43, "8e89d376a0d15bb2")]
    [InlineData(ResampleFilter.Lanczos, 16, 16, "a3644085e86f49e9")]
    [InlineData(ResampleFilter.Lanczos, 7, 40, "f9aeac506bc93c1e")]
    [InlineData(ResampleFilter.Lanczos, 90, 61, "0d73055dd5d73dd2")]
    [InlineData(ResampleFilter.Lanczos, 61, 20, "15c54770f652dbc9")]
    [InlineData(ResampleFilter.Lanczos, 25, 43, "8dd5dc770b44a2ef")]
    public void TheBytesArePillows(ResampleFilter filter, int width, int height, string hash) =>
        Resampler.Resize(MadePicture.Of(61, 43), width, height, filter).Hash().Should().Be(hash);

    [Theory]
    [InlineData(ResampleFilter.Bilinear, PictureFit.Cover, "cc6124149d54d6ce")]
    [InlineData(ResampleFilter.Bilinear, PictureFit.Contain, "4d3b90f76dbf9b4f")]
    [InlineData(ResampleFilter.Bicubic, PictureFit.Cover, "a29ac785afd14b44")]
    [InlineData(ResampleFilter.Bicubic, PictureFit.Contain, "66a9cc7a928102bc")]
    [InlineData(ResampleFilter.Lanczos, PictureFit.Cover, "4d27d8c3ff481649")]
    [InlineData(ResampleFilter.Lanczos, PictureFit.Contain, "7e3ba3cff7910e75")]
    public void FitAndPadAreImageOps(ResampleFilter filter, PictureFit fit, string hash) =>
        FittedPicture.Of(MadePicture.Of(61, 43), 20, fit == PictureFit.Cover ? 24 : 25, fit, filter).Hash().Should().Be(hash);

    [Fact]
    public void GreyIsModeL() => MadePicture.Of(61, 43).Grey().Hash().Should().Be("8be241588906b19e");

    [Fact]
    public void ThePictureItselfIsLeftAlone() =>
        Resampler.Resize(MadePicture.Of(61, 43), 61, 43, ResampleFilter.Lanczos).Hash().Should().Be(MadePicture.Of(61, 43).Hash());
}

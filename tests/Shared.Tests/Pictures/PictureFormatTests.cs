using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Shared.Tests.Pictures;

public class PictureFormatTests
{
    [Theory]
    [InlineData("28x28", 1, 28, 28, false)]
    [InlineData("1x28x20", 1, 28, 20, false)]
    [InlineData("3x32x16", 3, 32, 16, false)]
    [InlineData("32x16x3", 3, 32, 16, true)]
    [InlineData("3x32", 1, 3, 32, false)]
    public void DimensionsAreRead(string text, int channels, int height, int width, bool last)
    {
        var format = PictureFormat.Parse(text)!;

        format.Should().Be(new PictureFormat(channels, height, width, last));
        PictureFormat.Parse(format.ToString()).Should().Be(format);
    }

    [Theory]
    [InlineData("28")]
    [InlineData("")]
    [InlineData("28 x 28")]
    [InlineData("-28x28")]
    [InlineData("0x28")]
    [InlineData("2x28x28")]
    [InlineData("3x3x28x28")]
    [InlineData("99999x99999")]
    [InlineData("round")]
    public void OtherTextIsAUsageError(string text)
    {
        var parse = () => PictureFormat.Parse(text);

        parse.Should().Throw<UsageException>().WithMessage($"--image {text} is no picture, expected*28x28*square");
    }

    [Fact]
    public void OnlyASquareNumberIsASquarePicture()
    {
        PictureFormat.SquareOf(784).Should().Be(new PictureFormat(1, 28, 28, false));
        PictureFormat.SquareOf(785).Should().BeNull();
    }

    [Fact]
    public void PixelsStandTogetherWhateverTheOrderOfTheChannels()
    {
        float[] planes = [0, 51, 102, 153, 204, 255];
        PictureFormat.Parse("3x1x2")!.Pixels(planes, 0, 255).Should().Equal(0, 102, 204, 51, 153, 255);
        PictureFormat.Parse("1x2x3")!.Pixels(planes, 0, 255).Should().Equal(0, 51, 102, 153, 204, 255);
    }

    [Fact]
    public void NumbersAreStretchedOverTheRange()
    {
        PictureFormat.Parse("1x3")!.Pixels([0, 0.5f, 1], 0, 1).Should().Equal(0, 128, 255);
        PictureFormat.Parse("1x3")!.Pixels([-2, 0, 2], -2, 2).Should().Equal(0, 128, 255);
        PictureFormat.Parse("1x3")!.Pixels([7, 7, 7], 7, 7).Should().Equal(0, 0, 0);
    }
}

using ParquetPool.Scorer.Showing;

namespace ParquetPool.Scorer.Tests.Showing;

public sealed class ThumbnailsTests
{
    [Fact]
    public void APixelOfASmallPictureIsTheMeanOfThoseItStandsFor()
    {
        byte[] pixels = [0, 10, 100, 110, 20, 30, 120, 130];

        var (small, height, width) = Thumbnails.Shrunk(pixels, channels: 1, height: 2, width: 4, side: 2);

        (height, width).Should().Be((1, 2));
        small.Should().Equal(15, 115);
    }

    [Fact]
    public void ColoursStayApartAndASmallPictureStaysAsItIs()
    {
        byte[] pixels = [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255];

        Thumbnails.Shrunk(pixels, channels: 3, height: 1, width: 4, side: 2).Pixels.Should().Equal(255, 0, 0, 0, 0, 255);
        Thumbnails.Shrunk(pixels, channels: 3, height: 1, width: 4, side: 4).Pixels.Should().Equal(pixels);
    }
}

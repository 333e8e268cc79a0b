using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Shared.Tests.Pictures;

public sealed class ImageShapeTests
{
    [Fact]
    public void Two_sides_are_one_channel_and_three_numbers_begin_with_the_channels()
    {
        ImageShape.Parse("28x30").Should().Be(new ImageShape(1, 28, 30));
        ImageShape.Parse("3x32x32").Should().Be(new ImageShape(3, 32, 32));
        ImageShape.Parse("3x32x32").ToString().Should().Be("3x32x32");
    }

    [Theory]
    [InlineData("28")]
    [InlineData("28x")]
    [InlineData("0x28x28")]
    [InlineData("-3x28x28")]
    [InlineData("4x4")]
    [InlineData("28x28x28x28")]
    [InlineData("big")]
    public void Anything_else_is_a_usage_error(string text) =>
        FluentActions.Invoking(() => ImageShape.Parse(text)).Should().Throw<UsageException>().WithMessage($"--image {text} is no image, expected *28x28*");
}

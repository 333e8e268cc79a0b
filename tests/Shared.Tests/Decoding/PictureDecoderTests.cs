using ParquetPool.Decoding;
using SkiaSharp;

namespace ParquetPool.Shared.Tests.Decoding;

public class PictureDecoderTests
{
    [Fact]
    public void APngsPixelsAreThoseOfTheFile() => PictureDecoder.Decode(MadePicture.Png()).Picture.Hash().Should().Be(MadePicture.Of(40, 30).Hash());

    [Fact]
    public void ProgressiveAndFourInkJpegsDecodeAsInPillow()
    {
        JpegMarkers.IsHeldWhole(MadePicture.Progressive).Should().BeTrue("a decoder holds its coefficients");
        JpegMarkers.IsHeldWhole(MadePicture.Jpeg()).Should().BeFalse();
        PictureDecoder.Decode(MadePicture.Progressive).Picture.Hash().Should().Be("6cd1d6e6831c67bd");
        PictureDecoder.Decode(MadePicture.Inks).Picture.Hash().Should().Be("88151300367cdfed");
    }

    [Fact]
    public void WhatIsTransparentLiesOnWhite()
    {
        var picture = MadePicture.Of(9, 9);
        for (var i = 3; i < picture.Pixels.Length; i += Picture.Stride)
        {
            picture.Pixels[i] = (byte)(i < 40 ? 0 : 128);
        }

        var decoded = PictureDecoder.Decode(MadePicture.File(picture, SKEncodedImageFormat.Png, SKAlphaType.Unpremul)).Picture.Pixels;

        decoded[..3].Should().Equal(255, 255, 255);
        decoded[200].Should().BeCloseTo((byte)((picture.Pixels[200] + 255) / 2), 1);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 39, 0)]
    [InlineData(3, 39, 29)]
    [InlineData(4, 0, 29)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 0, 29)]
    [InlineData(7, 39, 29)]
    [InlineData(8, 39, 0)]
    public void PicturesAreTurnedUpright(int orientation, int x, int y)
    {
        var (jpeg, png) = (MadePicture.Jpeg(), MadePicture.Png());
        var flat = PictureDecoder.Decode(jpeg).Picture;

        var turned = PictureDecoder.Decode(MadePicture.TurnedJpeg(jpeg, orientation));
        var chunk = PictureDecoder.Decode(MadePicture.WithChunk(png, "eXIf"u8, MadePicture.Exif(orientation)));

        (turned.Width, turned.Height).Should().Be(orientation > 4 ? (30, 40) : (40, 30));
        turned.Picture.Pixels[..3].Should().Equal(flat.Pixels.Skip(((y * 40) + x) * Picture.Stride).Take(3), "the first pixel was at {0}, {1}", x, y);
        chunk.Picture.Pixels[..3].Should().Equal(MadePicture.Of(40, 30).Pixels.Skip(((y * 40) + x) * Picture.Stride).Take(3));
    }

    [Fact]
    public void ALargeJpegIsDecodedSmallerAsFarAsAsked()
    {
        var jpeg = MadePicture.Jpeg(800, 640);

        var decoded = PictureDecoder.Decode(jpeg, least: 150);

        (decoded.Picture.Width, decoded.Picture.Height, decoded.Width, decoded.Height).Should().Be((200, 160, 800, 640));
        PictureDecoder.Decode(jpeg, least: 350).Picture.Width.Should().Be(800);
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void WhatCannotBeUsedHasACause(string name, PictureFault fault, string reason)
    {
        var (jpeg, png) = (MadePicture.Jpeg(), MadePicture.Png());
        var file = name switch
        {
            "nothing" => [],
            "text" => "hello\n"u8.ToArray(),
            "page" => "<!DOCTYPE html><html>"u8.ToArray(),
            "pointer" => "version https://git-lfs.github.com/spec/v1\n"u8.ToArray(),
            "noise" => [1, 2, 3, 4, 5, 6, 7, 8],
            "tiff" => [.. "II*\0"u8, 8, 0, 0, 0],
            "avif" => [0, 0, 0, 32, .. "ftypavif"u8, 0, 0, 0, 0],
            "heic" => [0, 0, 0, 32, .. "ftypheic"u8, 0, 0, 0, 0],
            "half jpeg" => jpeg[..(jpeg.Length / 2)],
            "half progressive" => MadePicture.Progressive[..^40],
            "half png" => png[..(png.Length / 2)],
            "half webp" => MadePicture.File(MadePicture.Of(40, 30), SKEncodedImageFormat.Webp)[..^100],
            "bomb" => MadePicture.Bomb(60_000, 60_000),
            _ => [.. png[..60], 1, 2, 3, .. png[63..]],
        };

        FluentActions.Invoking(() => PictureDecoder.Decode(file)).Should().Throw<UnusablePictureException>().WithMessage(reason).Which.Fault.Should().Be(fault);
    }

    public static TheoryData<string, PictureFault, string> Unusable => new()
    {
        { "nothing", PictureFault.Empty, "no bytes" },
        { "text", PictureFault.NotAPicture, "a text, expected JPEG*" },
        { "page", PictureFault.NotAPicture, "a web page, *" },
        { "pointer", PictureFault.NotAPicture, "a Git LFS pointer*git lfs pull*" },
        { "noise", PictureFault.NotAPicture, "bytes of no known picture format*" },
        { "tiff", PictureFault.Unsupported, "TIFF is not decoded*convert it" },
        { "avif", PictureFault.Unsupported, "AVIF*" },
        { "heic", PictureFault.Unsupported, "HEIC*" },
        { "half jpeg", PictureFault.Truncated, "JPEG that ends*" },
        { "half progressive", PictureFault.Truncated, "JPEG that ends*" },
        { "half png", PictureFault.Truncated, "PNG that ends*" },
        { "half webp", PictureFault.Truncated, "WebP that ends*" },
        { "bomb", PictureFault.TooLarge, "60000 x 60000 pixels, expected at most 100 megapixels" },
        { "changed png", PictureFault.Damaged, "PNG whose bytes contradict each other*" },
    };

    [Theory]
    [InlineData(0xC3, 8, "lossless JPEG is not decoded, *: convert it")]
    [InlineData(0xC1, 12, "JPEG of 12 bits a channel is not decoded, *: convert it")]
    [InlineData(0xC5, 8, "hierarchical JPEG is not decoded, *: convert it")]
    public void JpegsOfOtherKindsAreUnsupportedNotDamaged(byte frame, byte bits, string reason)
    {
        var file = MadePicture.Jpeg();
        var at = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        (file[at + 1], file[at + 4]) = (frame, bits);

        FluentActions.Invoking(() => PictureDecoder.Decode(file)).Should().Throw<UnusablePictureException>().WithMessage(reason).Which.Fault.Should().Be(PictureFault.Unsupported);
    }

    [Fact]
    public void ChangedBytesNeverEndTheProcess()
    {
        byte[][] files = [MadePicture.Jpeg(), MadePicture.Png(), MadePicture.Progressive, MadePicture.File(MadePicture.Of(40, 30), SKEncodedImageFormat.Webp)];
        foreach (var file in files)
        {
            for (var step = 0; step < 200; step++)
            {
                var changed = file.ToArray();
                changed[step * 7919 % changed.Length] ^= (byte)(1 + (step % 255));
                try
                {
                    PictureDecoder.Decode(changed.AsSpan(0, changed.Length - (step % 3)).ToArray()).Picture.Pixels.Should().NotBeEmpty();
                }
                catch (UnusablePictureException unusable)
                {
                    unusable.Message.Should().NotBeEmpty();
                }
            }
        }
    }
}

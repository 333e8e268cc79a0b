using ParquetPool.Decoding;
using ParquetPool.Jpegs;
using SkiaSharp;

namespace ParquetPool.Shared.Tests.Jpegs;

/// <summary>Against Skia's decoder, whose pixels are Pillow's.</summary>
public class BaselineJpegTests
{
    private static readonly bool Runs = System.Runtime.Intrinsics.X86.Avx2.IsSupported;

    /// <summary>A JPEG of 40 x 24 pixels with a restart after every other group, written by cjpeg (libjpeg-turbo 2.1).</summary>
    private static byte[] Restarting => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAYACgDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAAMFAQb/xAAcEAADAQACAwAAAAAAAAAAAAAAAgRhAREUIUH/xAAZAQEAAgMAAAAAAAAAAAAAAAAFAQQDBgf/xAAfEQACAgIBBQAAAAAAAAAAAAAABAECAxEFEyEiQdH/3QAEAAL/2gAMAwEAAhEDEQA/APGpLhdJcNVJcLJLg+wwVlmTKSXC6S4aqS4WSXANhgeWZP/QyElwG2kuALyMdzb8bPidSXC6S4ANMXk5ctex/9HSSXC6S4AFMXkxrXsV8dURnb0q8d889fAAUKV6m5mSeQ5XMpNa0iJ3Hvf0/9k=");

    public static MatrixTheoryData<string, int> Kinds => new(["420", "422", "444", "grey"], [3, 80, 100]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ThePixelsAreSkiasInEverySize(string kind, int quality)
    {
        foreach (var (width, height) in new[] { (40, 30), (17, 1), (203, 131), (64, 33) })
        {
            var file = Jpeg(MadePicture.Of(width, height), kind, quality);
            foreach (var part in new[] { 1, 2, 4, 8 })
            {
                var (size, expected, _) = ByPart(file, part);
                var pixels = new byte[expected.Length];

                // Of chroma halved across alone libjpeg repeats the pixels of an eighth, which is left to it.
                BaselineJpeg.TryDecode(file, size.Width, size.Height, pixels).Should().Be(Runs && (kind != "422" || part != 8));

                (!Runs || kind == "422" && part == 8 ? expected : pixels).Should().Equal(expected, "{0} x {1}, a {2}th", width, height, part);
            }
        }
    }

    [Fact]
    public void ARestartBeginsAnew()
    {
        var (size, expected, _) = ByPart(Restarting, 1);
        var pixels = new byte[expected.Length];

        BaselineJpeg.TryDecode(Restarting, size.Width, size.Height, pixels).Should().Be(Runs);

        (Runs ? pixels : expected).Should().Equal(expected);
    }

    [Fact]
    public void WhatIsNotPlainOrNotWholeIsLeftToSkia()
    {
        var plain = MadePicture.Jpeg();
        byte[] swapped = Restarting;
        var restart = swapped.AsSpan().IndexOf([(byte)0xFF, (byte)0xD0]);
        swapped[restart + 1] = 0xD3;

        foreach (var file in new[] { MadePicture.Progressive, MadePicture.Inks, plain[..^2], plain[..(plain.Length / 2)], [.. plain[..^2], 0, 0, .. plain[^2..]], swapped, [] })
        {
            BaselineJpeg.TryDecode(file, 40, 30, new byte[40 * 30 * Picture.Stride]).Should().BeFalse();
        }
    }

    [Fact]
    public void AChangedFileHasSkiasPixelsOrIsLeftToIt()
    {
        var decoded = 0;
        foreach (var file in new[] { Restarting, MadePicture.Jpeg(), Jpeg(MadePicture.Of(33, 20), "422", 90), Jpeg(MadePicture.Of(33, 20), "grey", 30) })
        {
            for (var step = 0; step < 400; step++)
            {
                var changed = file.ToArray();
                changed[step * 7919 % changed.Length] ^= (byte)(1 + (step % 255));
                var (size, expected, whole) = ByPart(changed, 1 << (step % 4));
                var pixels = new byte[expected.Length];
                if (size.Width > 0 && BaselineJpeg.TryDecode(changed, size.Width, size.Height, pixels))
                {
                    decoded++;
                    whole.Should().BeTrue();
                    pixels.AsSpan().SequenceEqual(expected).Should().BeTrue("step {0}", step);
                }
            }
        }
        (decoded > 100).Should().Be(Runs);
    }

    private static unsafe byte[] Jpeg(Picture picture, string kind, int quality)
    {
        var sampling = kind switch { "420" => SKJpegEncoderDownsample.Downsample420, "422" => SKJpegEncoderDownsample.Downsample422, _ => SKJpegEncoderDownsample.Downsample444 };
        var bytes = kind == "grey" ? [.. picture.Pixels.Where((_, place) => place % Picture.Stride == 0)] : picture.Pixels;
        fixed (byte* start = bytes)
        {
            using var pixels = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, kind == "grey" ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)start);
            return pixels.Encode(new SKJpegEncoderOptions(quality, sampling, SKJpegEncoderAlphaOption.Ignore))!.ToArray();
        }
    }

    /// <summary>The pixels of a part of the size, and whether all were there.</summary>
    private static unsafe (SKSizeI Size, byte[] Pixels, bool Whole) ByPart(byte[] file, int part)
    {
        using var codec = SKCodec.Create(new MemoryStream(file));
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > 1_000_000)
        {
            return (default, [], false);
        }
        var size = codec.GetScaledDimensions(1f / part);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null);
        var pixels = new byte[info.BytesSize];
        fixed (byte* start = pixels)
        {
            return (size, pixels, codec.GetPixels(info, (nint)start) == SKCodecResult.Success);
        }
    }
}

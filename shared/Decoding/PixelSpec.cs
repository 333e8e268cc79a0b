using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Storage;

namespace ParquetPool.Decoding;

/// <summary>How a picture becomes the bytes that a model takes: <c>[channel, y, x]</c>, from 0 to 255.</summary>
/// <param name="Size">Pixels of both sides.</param>
/// <param name="Resize">Pixels of both sides of the picture whose middle they are; null for <paramref name="Size"/>, which cuts nothing off.</param>
/// <param name="Fit">How a picture that is no square becomes one.</param>
/// <param name="Channels">In the model's order.</param>
public sealed record PixelSpec(int Size, int? Resize, PictureFit Fit, ResampleFilter Filter, ChannelOrder Channels)
{
    /// <summary>The pool's column that holds them.</summary>
    public const string Column = "pixels";

    /// <summary>The largest side.</summary>
    public const int LargestSide = 2048;

    /// <summary>Channels that are told apart.</summary>
    [JsonIgnore]
    public int Planes => Channels == ChannelOrder.Grey ? 1 : 3;

    /// <summary>Bytes of a picture.</summary>
    [JsonIgnore]
    public int Count => Planes * Size * Size;

    /// <summary>Pixels that both sides of a picture should have, where the file has them: twice what is taken.</summary>
    [JsonIgnore]
    public int LeastSide => 2 * (Resize ?? Size);

    /// <summary>All that it says, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PixelJson.Default.PixelSpec);

    /// <summary>The picture in the model's size.</summary>
    public Picture Fitted(Picture picture)
    {
        var side = Resize ?? Size;
        var whole = FittedPicture.Of(picture, side, side, Fit, Filter);
        return FittedPicture.Middle(Channels == ChannelOrder.Grey ? whole.Grey() : whole, Size);
    }

    /// <summary>The bytes of a picture of any size.</summary>
    public byte[] Of(Picture picture)
    {
        var (pixels, bytes) = (Fitted(picture).Pixels, new byte[Count]);
        for (var (channel, place) = (0, 0); channel < Planes; channel++)
        {
            for (var i = ByteOf(channel); i < pixels.Length; i += Picture.Stride)
            {
                bytes[place++] = pixels[i];
            }
        }
        return bytes;
    }

    /// <summary>Where a pixel has the channel's byte.</summary>
    public int ByteOf(int channel) => Channels == ChannelOrder.Bgr ? 2 - channel : channel;

    public override string ToString() => $"{Planes} x {Size} x {Size} ({Channels.ToString().ToLowerInvariant()}, {(Resize is { } side ? $"the middle of {side} x {side}, " : "")}{Fit.ToString().ToLowerInvariant()}, {Filter.ToString().ToLowerInvariant()})";
}

/// <summary>The channels of a model's input, in their order.</summary>
public enum ChannelOrder
{
    Rgb,
    Bgr,

    /// <summary>One, the lightness.</summary>
    Grey,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(EnumNames<ChannelOrder>), typeof(EnumNames<PictureFit>), typeof(EnumNames<ResampleFilter>)])]
[JsonSerializable(typeof(PixelSpec))]
internal sealed partial class PixelJson : JsonSerializerContext;

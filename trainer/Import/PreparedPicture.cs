using System.IO.Hashing;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Trainer.Collections;

namespace ParquetPool.Trainer.Import;

/// <summary>A picture as a row: its numbers, its thumbnail and its measures; or why it is none.</summary>
internal sealed record PreparedPicture(FoundPicture Source, string? Split)
{
    // A thumbnail is made of at least twice its pixels, as the numbers are.
    private const int ThumbnailLeast = 2 * Thumbnail.Side;

    public float[] Features { get; private init; } = [];

    /// <summary>What the encoder makes of it; empty without one.</summary>
    public float[] Embedding { get; private init; } = [];

    public byte[] Small { get; private init; } = [];

    public DecodedPicture? Decoded { get; private init; }

    public PictureMeasures? Measures { get; private init; }

    /// <summary>Of the file's bytes.</summary>
    public UInt128 Hash { get; private init; }

    public UnusedFile? Fault { get; private init; }

    /// <summary>Reads, decodes and resizes; a function of the file's bytes alone.</summary>
    public static PreparedPicture Of(FoundPicture source, string? split, PictureOptions options, PictureEncoder? encoder)
    {
        try
        {
            var bytes = source.Read();
            var decoded = PictureDecoder.Decode(bytes, Math.Max(Math.Max(2 * options.Side, encoder?.LeastSide ?? 0), ThumbnailLeast));
            var picture = options.Colour == PictureColour.Grey ? decoded.Picture.Grey() : decoded.Picture;
            var features = new float[options.Width];
            FittedPicture.Of(picture, options.Side, options.Side, options.Fit, ResampleFilter.Bilinear).Fill(features, options.Channels);
            var embedding = new float[encoder?.Width ?? 0];
            encoder?.Encode(decoded.Picture, embedding);
            var small = Thumbnail.Of(decoded.Picture);
            return new(source, split)
            {
                Features = features,
                Embedding = embedding,
                Small = Thumbnail.Encode(small),
                Decoded = decoded with { Picture = small },
                Measures = PictureMeasures.Of(small),
                Hash = XxHash128.HashToUInt128(bytes),
            };
        }
        catch (UnusablePictureException unusable)
        {
            return new(source, split) { Fault = new(source.Path, unusable.Fault, unusable.Message) };
        }
    }
}

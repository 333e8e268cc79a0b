using System.IO.Hashing;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Shards;

namespace ParquetPool.Collections;

/// <summary>A picture as a row: its numbers, its thumbnail and its measures; or why it is none.</summary>
public sealed record PreparedPicture(FoundPicture Source, string? Split)
{
    /// <summary>What the source says of a picture.</summary>
    public const string LabelColumn = "label";

    private const string FeaturesColumn = "features";
    private const string EmbeddingColumn = EncodedColumn.OfPictures;

    // A thumbnail is made of at least twice its pixels, as the numbers are.
    private const int ThumbnailLeast = 2 * Thumbnail.Side;

    public float[] Features { get; internal init; } = [];

    /// <summary>What the encoder makes of it; empty without one.</summary>
    public float[] Embedding { get; internal init; } = [];

    /// <summary>What a model takes of it; empty where none is asked for.</summary>
    public byte[] Pixels { get; internal init; } = [];

    public byte[] Small { get; internal init; } = [];

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
            return Of(source, split, source.Read(), options, encoder);
        }
        catch (UnusablePictureException unusable)
        {
            return Unused(source, split, unusable);
        }
    }

    /// <summary>Of a picture that cannot be used.</summary>
    internal static PreparedPicture Unused(FoundPicture source, string? split, UnusablePictureException why) => new(source, split) { Fault = new(source.Path, why.Fault, why.Message) };

    /// <summary>Decodes and resizes the bytes of a file.</summary>
    /// <exception cref="UnusablePictureException">It is no picture that can be used.</exception>
    internal static PreparedPicture Of(FoundPicture source, string? split, byte[] bytes, PictureOptions options, PictureEncoder? encoder)
    {
        var decoded = PictureDecoder.Decode(bytes, new[] { 2 * options.Side, encoder?.LeastSide ?? 0, options.Pixels?.LeastSide ?? 0, ThumbnailLeast }.Max());
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
            Pixels = options.Pixels?.Of(decoded.Picture) ?? [],
            Small = Thumbnail.Encode(small),
            Decoded = decoded with { Picture = small },
            Measures = PictureMeasures.Of(small),
            Hash = XxHash128.HashToUInt128(bytes),
        };
    }

    /// <summary>The columns of a shard of such rows: id, numbers, what the encoder makes of them, what a model takes of them, thumbnail, label and split.</summary>
    /// <param name="embedding">Numbers of the encoder's vectors; 0 for no encoder.</param>
    public static ShardColumn[] Columns(PictureOptions options, int embedding) =>
    [
        new("id", ShardType.Text),
        new(FeaturesColumn, ShardType.FloatList, options.Width),
        .. embedding == 0 ? [] : new[] { new ShardColumn(EmbeddingColumn, ShardType.FloatList, embedding) },
        .. options.Pixels is null ? [] : new[] { new ShardColumn(PixelSpec.Column, ShardType.Bytes, options.Pixels.Count) },
        new("image", ShardType.Image),
        new(LabelColumn, ShardType.Text),
        new("split", ShardType.Text),
    ];

    /// <summary>The row's values of <see cref="Columns"/>.</summary>
    public Array[] Values(string split) =>
        [new[] { Source.Id }, Features, .. Embedding.Length == 0 ? [] : new Array[] { Embedding }, .. Pixels.Length == 0 ? [] : new Array[] { Pixels }, new[] { new ImageCell(Small, Source.Path) }, new[] { Source.Label }, new[] { split }];

    /// <summary>What the shards' footers say of their rows.</summary>
    public static PoolFacts Facts(PictureOptions options, IReadOnlyList<string> classes, EncodedColumn? encoded)
    {
        var facts = new PoolFacts(new Dictionary<string, string> { [FeaturesColumn] = options.Shape }, classes)
        {
            Pixels = options.Pixels is null ? PoolFacts.None.Pixels : new Dictionary<string, string> { [PixelSpec.Column] = options.Pixels.ToJson() },
        };
        return encoded is null ? facts : encoded.In(facts, EmbeddingColumn);
    }
}

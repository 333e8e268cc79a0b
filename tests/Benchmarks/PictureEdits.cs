using ParquetPool.Decoding;
using ParquetPool.Randomness;

namespace ParquetPool.Benchmarks;

/// <summary>Alters photographs as copies of them are altered on their way: written apart from what the audit alters itself, so that neither is made for the other.</summary>
internal sealed class PictureEdits(PhiloxStream random)
{
    /// <summary>Quality of the JPEG that every copy is stored as, but for <c>jpeg</c>.</summary>
    private const int Quality = 90;

    private const int PoorQuality = 20;

    private static readonly Dictionary<string, Func<Picture, PhiloxStream, Picture>> Edits = new(StringComparer.Ordinal)
    {
        ["resize"] = (picture, _) => EditedPixels.Sized(picture, 0.5, 0.5),
        ["jpeg"] = (picture, _) => picture,
        ["brightness"] = (picture, random) => EditedPixels.Each(picture, random.Below(2) == 0 ? 0.6 : 1.5, 0),
        ["contrast"] = (picture, random) => random.Below(2) == 0 ? EditedPixels.Each(picture, 0.5, 64) : EditedPixels.Each(picture, 1.7, -90),
        ["colours"] = (picture, random) => EditedPixels.Tinted(picture, [.. Enumerable.Range(0, 3).Select(_ => 0.75 + (0.5 * random.Uniform()))]),
        ["grey"] = (picture, _) => picture.Grey(),
        ["noise"] = (picture, random) => EditedPixels.Noisy(picture, 20, random),
        ["blur"] = (picture, _) => EditedPixels.Blurred(picture, Math.Max(1, Math.Max(picture.Width, picture.Height) / 80)),
        ["watermark"] = (picture, _) => EditedPixels.Watermarked(picture),
        ["border"] = (picture, random) => EditedPixels.Framed(picture, 0.1, random.Below(2) == 0 ? (byte)0 : (byte)255),
        ["stretch"] = (picture, _) => EditedPixels.Sized(picture, 0.75, 1),
        ["crop 75 %"] = (picture, random) => EditedPixels.Cropped(picture, 0.75, random),
        ["crop 50 %"] = (picture, random) => EditedPixels.Cropped(picture, 0.5, random),
        ["flip"] = (picture, _) => EditedPixels.Mirrored(picture),
        ["rotation"] = (picture, random) => EditedPixels.Rotated(picture, (random.Below(2) == 0 ? 1 : -1) * (5 + (10 * random.Uniform()))),
        ["quarter turn"] = (picture, _) => EditedPixels.Turned(picture),
        [Mixed] = (picture, random) => EditedPixels.Each(EditedPixels.Cropped(random.Below(2) == 0 ? EditedPixels.Mirrored(picture) : picture, 0.85, random), 0.8 + (0.4 * random.Uniform()), 0),
    };

    /// <summary>Several at once; the last of the kinds.</summary>
    public const string Mixed = "mixed";

    /// <summary>The kinds of copies.</summary>
    public static IReadOnlyCollection<string> Kinds => Edits.Keys;

    /// <summary>An altered copy as a JPEG file.</summary>
    public byte[] Alter(Picture picture, string kind) => EditedPixels.Jpeg(Edits[kind](picture, random), kind is "jpeg" or Mixed ? PoorQuality : Quality);
}

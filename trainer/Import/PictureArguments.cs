using System.CommandLine;
using ParquetPool.Collections;
using ParquetPool.Decoding;

namespace ParquetPool.Trainer.Import;

/// <summary>The options of <c>trainer import --images</c>.</summary>
internal static class PictureArguments
{
    private static readonly Option<string[]> Images = new("--images")
    {
        Description = "Pictures: folders (train/cat/1.jpg, metadata.csv), tars of WebDataset, zips, Parquet files as Hugging Face has them. Splits and labels come from the names of folders; each file that cannot be used is named in rejects.csv, what is wrong with the others in issues.csv.",
        HelpName = "PATH...",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> ImageColumn = new("--image-column") { Description = "With --images: the column of Parquet files that has the pictures, or their paths. Default: the only one that can be it.", HelpName = "NAME" };

    private static readonly Option<int> ImageSize = new("--image-size") { Description = "With --images: a row is a picture of N x N pixels, resized with antialias.", HelpName = "N", DefaultValueFactory = _ => PictureOptions.DefaultSide };

    private static readonly Option<PictureColour> Colour = new("--colour") { Description = "With --images: three channels, or one.", HelpName = "rgb|grey" };

    private static readonly Option<PictureFit> Fit = new("--fit") { Description = "With --images: how a picture becomes a square: cover cuts off what stands over, contain leaves white beside it, stretch takes each side by itself.", HelpName = "cover|contain|stretch" };

    private static readonly Option<string[]> Issue = new("--issue") { Description = "With --images: another threshold of an issue, such as dark=0.25; may be repeated (docs/data.md lists them).", HelpName = "NAME=NUMBER" };

    public static IEnumerable<Option> All => [Images, ImageColumn, ImageSize, Colour, Fit, Issue];

    public static PictureOptions Of(ParseResult parse) => new(parse.GetValue(Images) ?? [])
    {
        Column = parse.GetValue(ImageColumn),
        Side = parse.GetValue(ImageSize),
        Colour = parse.GetValue(Colour),
        Fit = parse.GetValue(Fit),
        Issues = parse.GetValue(Issue) ?? [],
    };
}

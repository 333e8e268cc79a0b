using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Finds;

/// <summary><c>scorer find</c></summary>
internal static class FindCommand
{
    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string?> Text = new("--text") { Description = "A text to look for, made a vector as those of the column were: by its encoder or, of texts imported without one, by --text-grams.", HelpName = "TEXT" };

    private static readonly Option<string?> Image = new("--image") { Description = "A picture to look for (JPEG, PNG, WebP, GIF, BMP), made a vector by the encoder that made the column.", HelpName = "FILE" };

    private static readonly Option<string?> Like = new("--like") { Description = "The id of a row of the pool to look for; it is no part of the answer.", HelpName = "ID" };

    private static readonly Option<string?> Column = new("--column") { Description = "The vectors that are compared, by cosine. Default: embedding, else features, or the only one.", HelpName = "NAME" };

    private static readonly Option<string?> Encoder = new("--encoder") { Description = "With --text and --image: the encoder, minilm or resnet18, or an ONNX file that has an encoder.json beside it. Default: what the shards' footers name, where that is no file.", HelpName = "minilm|resnet18|FILE.onnx" };

    private static readonly Option<int> Top = new("--top") { Description = "Rows in the answer.", HelpName = "K", DefaultValueFactory = _ => 20 };

    private static readonly Option<string?> Out = new("--out") { Description = "Also writes the answer as CSV: rank, id, similarity, shard, row, of pictures overlap (how the two lie on each other), and the columns that people can read.", HelpName = "FILE.csv" };

    private static readonly Option<string?> Page = new("--page") { Description = "Also draws the answer as one page, with pictures, texts and a map, as scorer show does.", HelpName = "FILE.html" };

    public static Command Create() => new Command(
        "find",
        """
        Finds the rows of a pool that are nearest to a text, a picture or another row. Prints them, nearest first, and as JSON on the last line.
        The number is the cosine or, where the pictures fit and that is more, what their overlap is worth by itself: told in words behind the id, and no cosine. An audit's overlaps are brought to the scale of cosines, by 1,000 pairs; one question has too few.

        Examples:
          scorer find --text "my card was stolen" --pool pool --top 20
          scorer find --image cat.jpg --pool pool --page near.html
          scorer find --like train-17 --pool pool --column features --out near.csv
        """)
    {
        Options = { Pool, Text, Image, Like, Column, Encoder, Top, Out, Page },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new FindOptions(parse.GetRequiredValue(Pool))
        {
            Text = parse.GetValue(Text),
            Image = parse.GetValue(Image),
            Like = parse.GetValue(Like),
            Column = parse.GetValue(Column),
            Encoder = parse.GetValue(Encoder),
            Top = parse.GetValue(Top),
            Out = parse.GetValue(Out),
            Page = parse.GetValue(Page),
        };
        var summary = await context.Progress.RunAsync("looking", 0, "rows", _ => Task.Run(() => FindRun.Execute(options, context)));
        CommandContext.Summarise(summary, FindRun.Lines(summary));
        return ExitCode.Success;
    });
}

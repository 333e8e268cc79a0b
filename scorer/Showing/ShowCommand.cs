using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Showing;

/// <summary><c>scorer show</c></summary>
internal static class ShowCommand
{
    private static readonly Option<string> Rows = new("--rows") { Description = "The rows to look at: ranked.csv of 'scorer score' or selected.csv of 'scorer select', their Parquet twins, or any list of ids: a table with a column id, or one id a line.", Required = true, HelpName = "FILE" };

    private static readonly Option<string[]> Pool = new("--pool") { Description = "The pool that holds them: Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string[]> Scores = new("--scores")
    {
        Description = "The folder that 'scorer score' or 'scorer merge' wrote, or those of all partitions: tells all scores of rows whose file does not.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "DIR",
    };

    private static readonly Option<string?> Out = new("--out") { Description = "The page, or a folder, which gets show.html. Default: show.html beside the rows.", HelpName = "FILE.html|DIR" };

    private static readonly Option<int> First = new("--first")
    {
        Description = "The most rows on the page, the first of the file; up to 2000. Bounds its size.",
        DefaultValueFactory = _ => ShowOptions.DefaultFirst,
        HelpName = "N",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "How a vector is a picture: 28x28, 3x32x32 (channels first), 32x32x3, or square for grey ones of any side. Default: what the model's manifest says. Blobs that hold PNG, JPEG, GIF or WebP files are shown anyway.",
        HelpName = "DIMS",
    };

    private static readonly Option<string?> Column = new("--column") { Description = "The vector column by which rows are alike. Default: the embedding of the model that scored them, or else the column that is shown.", HelpName = "COLUMN" };

    public static Command Create() => new Command(
        "show",
        """
        Writes one page on which people look at rows that were ranked, selected or named: pictures, texts or numbers, predictions, scores and reasons.

        The page opens from the disk, without a network. It filters rows by class, reason and score, sorts them by any score or by their likeness to
        one row, and shows how classes and scores are spread and where each row lies on a map of all (the two principal components of their vectors).

        Examples:
          scorer show --rows scored/ranked.csv --pool pool --image 28x28
          scorer show --rows query/selected.csv --pool pool --scores scored --out look
          scorer show --rows ids.txt --pool posts --first 2000 --out posts.html
        """)
    {
        Options = { Rows, Pool, Scores, Out, First, Image, Column },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var summary = await ShowRun.ExecuteAsync(OptionsOf(parse), context);
        CommandContext.Summarise(summary, FormattableString.Invariant($"{summary.File}: {summary.Rows:N0} rows, {summary.Bytes / 1e3:N0} kB{(summary.PicturesLeftOut > 0 ? $"; {summary.PicturesLeftOut:N0} pictures had no room: show fewer with --first" : "")}; open it in a browser"));
        return ExitCode.Success;
    });

    internal static ShowOptions OptionsOf(ParseResult parse) => new(parse.GetRequiredValue(Rows), parse.GetRequiredValue(Pool))
    {
        Scores = parse.GetValue(Scores) ?? [],
        Out = parse.GetValue(Out),
        First = parse.GetValue(First),
        Image = parse.GetValue(Image),
        Column = parse.GetValue(Column),
    };
}

using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Demo;

/// <summary><c>trainer synthesize</c></summary>
internal static class SynthesizeCommand
{
    private const int ShardRows = 25_000;

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of the train split.", DefaultValueFactory = _ => 250_000, HelpName = "N" };

    private static readonly Option<int> TestRows = new("--test-rows") { Description = "Rows of the test split.", DefaultValueFactory = _ => 10_000, HelpName = "N" };

    private static readonly Option<int> Classes = new("--classes") { Description = "Classes; the k-th most frequent has a share proportional to 1/k.", DefaultValueFactory = _ => 50, HelpName = "N" };

    private static readonly Option<int> ImageWidth = new("--image-width") { Description = "Numbers of a picture's embedding.", DefaultValueFactory = _ => 256, HelpName = "N" };

    private static readonly Option<int> TextWidth = new("--text-width") { Description = "Numbers of a text's embedding.", DefaultValueFactory = _ => 128, HelpName = "N" };

    private static readonly Option<double> MissingText = new("--missing-text") { Description = "The share of rows whose text is NULL.", DefaultValueFactory = _ => 0.1, HelpName = "SHARE" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides every number.", DefaultValueFactory = _ => 1 };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for train-00000.parquet, ..., test-00000.parquet, ...", Required = true, HelpName = "DIR" };

    public static Command Create() => new Command(
        "synthesize",
        """
        Makes a pool shaped like a social network's posts: a picture's and a text's embedding, very unbalanced classes, some texts missing.

        A class is three topics, points of a space of 24 dimensions; a post is a topic plus noise; each embedding is a fixed random projection
        of it, squashed by tanh, plus noise of its own.

        Examples:
          trainer synthesize --out posts
          trainer synthesize --rows 20000 --test-rows 2000 --classes 10 --missing-text 0 --out small
        """)
    {
        Options = { Rows, TestRows, Classes, ImageWidth, TextWidth, MissingText, Seed, Out },
    }.Runs(async (parse, context) =>
    {
        var start = context.Clock.GetTimestamp();
        var shape = new PoolShape(parse.GetValue(Classes), parse.GetValue(ImageWidth), parse.GetValue(TextWidth), parse.GetValue(MissingText));
        var (rows, testRows, folder) = (parse.GetValue(Rows), parse.GetValue(TestRows), parse.GetRequiredValue(Out));
        OptionRange.AtLeast(1).Require("--rows", rows);
        OptionRange.AtLeast(1).Require("--test-rows", testRows);
        PoolShape.Ranges.Require(shape);
        await context.Progress.RunAsync("writing", rows + testRows, "rows", advance => Task.Run(() =>
        {
            new SyntheticPool(parse.GetValue(Seed), shape).Write(folder, rows, testRows, ShardRows, written =>
            {
                advance(written);
                context.Stopping.ThrowIfCancellationRequested();
            });
            return 0;
        }));
        CommandContext.Summarise(new SynthesizeSummary("synthesize", rows, testRows, shape.Classes, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1), Path.GetFullPath(folder)),
            string.Create(CultureInfo.InvariantCulture, $"{rows:N0} train and {testRows:N0} test rows of {shape.Classes} classes, each with the vectors image and text, are in {folder}"),
            NextCommand.Line("trainer", "train", "--task", "posts", "--pool", Path.Combine(folder, "train-*.parquet"), "--label-column", "label", "--features", "image", "text", "--network", "late-fusion"));
        return ExitCode.Success;
    });


    /// <summary>The last line.</summary>
    private sealed record SynthesizeSummary(string Command, int Rows, int TestRows, int Classes, double Seconds, string Folder);
}

using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Scorer.Reports;

/// <summary><c>scorer report</c>: the page of an audit, written again.</summary>
internal static class ReportCommand
{
    /// <summary>Of <c>scorer audit</c> too.</summary>
    public static readonly Option<int> Pairs = new("--report-pairs")
    {
        Description = "The most pairs in report.html, nearest first. Bounds its size.",
        DefaultValueFactory = _ => ReportOptions.DefaultPairs,
        HelpName = "N",
    };

    /// <summary>Of <c>scorer audit</c> too.</summary>
    public static readonly Option<string?> Image = new("--image")
    {
        Description = "How a row's numbers are a picture: 28x28, 3x32x32 (channels first), 32x32x3, or square for grey ones of any side. Default: what the shards remember of their import, or what the model's manifest says. Blobs that hold PNG, JPEG, GIF or WebP files are shown as they are.",
        HelpName = "DIMS",
    };

    private static readonly Option<string> Audit = new("--audit") { Description = "The folder that 'scorer audit' wrote.", Required = true, HelpName = "DIR" };

    private static readonly Option<double?> Threshold = new("--threshold")
    {
        Description = "Pairs of at least this cosine make the clusters. Default: the audit's threshold, or the cosine of the 500th pair.",
        HelpName = "COSINE",
    };

    /// <summary>The options of the page on a command line.</summary>
    /// <exception cref="UsageException">They mean nothing.</exception>
    public static ReportOptions PageOf(ParseResult parse)
    {
        var options = new ReportOptions { Pairs = parse.GetValue(Pairs), Image = parse.GetValue(Image) };
        if (options.Image is { } image)
        {
            PictureFormat.Parse(image);
        }
        ReportOptions.Ranges.Require(options);
        return options;
    }

    public static Command Create() => new Command(
        "report",
        """
        Writes report.html of a finished audit again, with other pictures, pairs or clusters.

        The page opens from the disk, without a network. It shows counts, similarities, clusters, label conflicts and the nearest pairs, and
        takes judgements from the keyboard: 1 exact, 2 near-duplicate, 3 very similar, 4 different. 'scorer judge' reads back what it saves.

        Examples:
          scorer report --audit audited --image 3x32x32
          scorer report --audit audited --report-pairs 2000 --threshold 0.97
        """)
    {
        Options = { Audit, Image, Pairs, Threshold },
    }.Runs((parse, context) =>
    {
        var options = PageOf(parse) with { Threshold = parse.GetValue(Threshold) };
        ReportOptions.Ranges.Require(options);
        var summary = ReportRun.Execute(parse.GetRequiredValue(Audit), options);
        CommandContext.Summarise(
            summary, FormattableString.Invariant($"{summary.File}: {summary.Shown:N0} of {summary.Listed:N0} pairs, {summary.Bytes / 1e3:N0} kB; open it in a browser, judge with the keys 1 to 4, save, and go on:"),
            NextCommand.Line("scorer", "judge", "--audit", parse.GetRequiredValue(Audit), "--judgements", "judgements.csv"));
        return Task.FromResult(ExitCode.Success);
    });
}

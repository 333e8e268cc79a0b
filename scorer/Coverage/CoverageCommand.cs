using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Coverage;

/// <summary><c>scorer coverage</c></summary>
internal static class CoverageCommand
{
    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> Model = new("--model") { Description = "Measure the density in this model's embedding; by default in a --column.", HelpName = "DIR|FILE.onnx" };

    private static readonly Option<string?> Column = new("--column") { Description = "Measure it in this vector column of the pool. Default: of pictures what an encoder made of them, else features, or the only one.", HelpName = "NAME" };

    private static readonly Option<double> Share = new("--share")
    {
        Description = "The share of the pool that a row must meet around it: subgroups smaller than it are found, though their rows lie close together.",
        DefaultValueFactory = _ => Statistics.RowDensity.DefaultShare,
        HelpName = "SHARE",
    };

    private static readonly Option<int> Top = new("--top")
    {
        Description = "The rarest rows that are listed and shown; up to 2000. Bounds the page's size.",
        DefaultValueFactory = _ => CoverageOptions.DefaultTop,
        HelpName = "K",
    };

    private static readonly Option<string?> Image = new("--image") { Description = "How a vector is a picture: 28x28, 3x32x32 (channels first), 32x32x3, or square. Default: what the shards or the model's manifest say.", HelpName = "DIMS" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Draws the rows by which the density is measured.", DefaultValueFactory = _ => 0 };

    public static Command Create() => new Command(
        "coverage",
        """
        Finds the thin regions of a pool: rows around which others lie thinly, a subgroup that a model learns badly, say, because it has seen few like it.

        A row's rarity is m · ln(r / r of the middle row), in nats, where r is how far one must go from it to meet 5 % of the pool (--share, among 4,096 rows drawn by
        their ids) and m the dimensions that the rows fill; the mean of two, by distance and by direction, in the 16 directions in which rows differ most, each made as
        long as the others. 0 is a row in the middle, 2.3 one around which rows lie ten times thinner. Time grows with the rows; a million take minutes, and the same command goes on from what a killed run has measured.
        Rows that are poor in what others have, dark or blurred pictures say, lie in the middle of all and are not found: look at them by another --column or --model.

        Writes coverage.parquet (id, shard, row, rarity: all usable rows, the rarest first), rarest.csv and .parquet (the first --top), coverage.html (a page that shows
        them, and how all rarities are spread), rejects.parquet and, last, coverage.json. The same rows and seed give the same bytes, whatever the order of the shards.

        Examples:
          scorer coverage --pool pool --out covered
          scorer coverage --pool pool --model models/fashion --image 28x28 --out covered
          scorer select --pool pool --strategy rare --coverage covered --exclude labels.csv --top 100 --out query
        """)
    {
        Options = { Pool, Model, Column, Out, Share, Top, Image, Seed },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new CoverageOptions(parse.GetRequiredValue(Pool), parse.GetRequiredValue(Out))
        {
            Model = parse.GetValue(Model),
            Column = parse.GetValue(Column),
            Share = parse.GetValue(Share),
            Top = parse.GetValue(Top),
            Image = parse.GetValue(Image),
            Seed = parse.GetValue(Seed),
        };
        var summary = await CoverageRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Pool, Model, Out);

    private static IEnumerable<string> Lines(CoverageSummary summary, CoverageOptions options)
    {
        if (summary.Rejected > 0)
        {
            yield return RejectReasons.Counted(summary.Rejected);
        }
        yield return FormattableString.Invariant($"around a tenth of {summary.Rows:N0} rows others lie {Math.Exp(summary.RarityOfTenth):N1} times thinner than around the middle one, or more (rarity {summary.RarityOfTenth:F2}); the rarest: {summary.RarestCsv}");
        yield return $"look at them: {summary.Page}";
        yield return NextCommand.Line("scorer", ["select", .. NextCommand.Option("--pool", options.Pool), "--strategy", "rare", "--coverage", options.Out, "--top", "100", "--out", "query", .. RowOptions.Given]);
    }
}

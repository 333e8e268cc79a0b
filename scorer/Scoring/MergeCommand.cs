using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Scoring;

/// <summary><c>scorer merge</c></summary>
internal static class MergeCommand
{
    private static readonly Option<string[]> Scores = new("--scores")
    {
        Description = "The output folder of every partition, in any order.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "DIR",
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> RankBy = new("--rank-by")
    {
        Description = $"The score to rank by: {string.Join(", ", ScoreColumn.Rankings.Select(c => c.Name))}; by default that of the partitions.",
        HelpName = "SCORE",
    };

    public static Command Create() => new Command(
        "merge",
        """
        Joins the outputs of 'score --partition 1/N' to 'N/N' into one ranking of the whole pool.

        Writes ranked.parquet, ranked.csv, rejects.parquet and, last, run.json: the bytes of a run that scored the pool undivided,
        where --rank-by, --top and --exclude are the same. The score files stay where they are. Ids that stand in two partitions
        are found here. Partitions of other models, seeds or passes, or of which one is missing, are refused.

        Example:
          scorer merge --scores parts/1 parts/2 parts/3 --out scored --top 200
        """)
    {
        Options = { Scores, Out, RankBy, ScoreCommand.Top, ScoreCommand.Exclude, ScoreCommand.OnBadRows },
    }.Runs((parse, context) =>
    {
        var options = new MergeOptions(parse.GetRequiredValue(Scores), parse.GetRequiredValue(Out))
        {
            RankBy = parse.GetValue(RankBy),
            Top = parse.GetValue(ScoreCommand.Top),
            Exclude = parse.GetValue(ScoreCommand.Exclude) ?? [],
        };
        return Task.FromResult(ScoreCommand.Finish(MergeRun.Execute(options, context), parse.GetValue(ScoreCommand.OnBadRows), options.Out, options.Exclude));
    }, Scores, Out, ScoreCommand.Exclude);
}

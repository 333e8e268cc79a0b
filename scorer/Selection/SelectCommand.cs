using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Selection;

/// <summary><c>scorer select</c></summary>
public static class SelectCommand
{
    private static readonly Option<string> Scores = new("--scores") { Description = "The folder that 'scorer score' wrote.", Required = true, HelpName = "DIR" };

    private static readonly Option<int> Top = new("--top") { Description = "Rows to select.", Required = true, HelpName = "K" };

    private static readonly Option<string> Strategy = new("--strategy")
    {
        Description = $"How rows are chosen: {string.Join(", ", StrategyKind.All.Select(k => k.Name))}.",
        Required = true,
        HelpName = "NAME",
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> By = new("--by")
    {
        Description = "The score the strategy goes by; by default bald, or entropy where the pool was scored without a committee.",
        HelpName = "SCORE",
    };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides every draw.", DefaultValueFactory = _ => 0 };

    private static readonly Option<int> Candidates = new("--candidates")
    {
        Description = "The most rows a strategy looks at. Bounds the memory.",
        DefaultValueFactory = _ => SelectOptions.DefaultCandidates,
        HelpName = "N",
    };

    private static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Label files (CSV or Parquet with an id column): their rows are not selected.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "LABELFILE",
    };

    private static readonly Option<int?> PerClassMax = new("--per-class-max") { Description = "The most rows of one predicted class.", HelpName = "N" };

    private static readonly Option<double> Explore = new("--explore")
    {
        Description = "The share of the rows that is drawn evenly from the whole pool, 0 to 1.",
        HelpName = "SHARE",
    };

    public static Command Create() => new Command(
        "select",
        """
        Selects rows for labelling from a scored pool.

        Writes selected.parquet, selected.csv and, last, select.json.
        The same scores and seed give the same rows, whatever the order of the shards.

        Examples:
          scorer select --scores scored --top 200 --strategy power --out query
          scorer select --scores scored --top 200 --strategy top --explore 0.1 --per-class-max 40 --exclude labels.csv --out query
        """)
    {
        Options = { Scores, Top, Strategy, Out, By, Seed, Candidates, Exclude, PerClassMax, Explore },
    }.Runs((parse, context) =>
    {
        var options = new SelectOptions(parse.GetRequiredValue(Scores), parse.GetValue(Top), parse.GetRequiredValue(Strategy), parse.GetRequiredValue(Out))
        {
            By = parse.GetValue(By),
            Seed = parse.GetValue(Seed),
            Candidates = parse.GetValue(Candidates),
            Exclude = parse.GetValue(Exclude) ?? [],
            PerClassMax = parse.GetValue(PerClassMax),
            Explore = parse.GetValue(Explore),
        };
        CommandContext.Summarise(SelectRun.Execute(options, context));
        return Task.FromResult(ExitCode.Success);
    });
}

using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Comparisons;

/// <summary><c>scorer compare</c></summary>
internal static class CompareCommand
{
    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<int> Top = new("--top") { Description = "Pairs to ask for.", Required = true, HelpName = "K" };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> Model = new("--model") { Description = "A model of 'trainer rank': a round's folder or a task's, whose newest is used. Left out before the first.", HelpName = "DIR|FILE.onnx" };

    private static readonly Option<PairStrategy?> Strategy = new("--strategy")
    {
        Description = "How pairs are chosen: 'variance' draws them in proportion to how much the members differ in their predicted preference, 'random' evenly. By default variance with --model, else random.",
        HelpName = "variance|random",
    };

    private static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Answers there are, as 'trainer rank --preferences' takes them: their pairs are not asked for again.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    private static readonly Option<int> PerRow = new("--per-row") { Description = "The most pairs of the query in which one row stands.", HelpName = "N", DefaultValueFactory = _ => CompareOptions.DefaultPerRow };

    private static readonly Option<int> Candidates = new("--candidates")
    {
        Description = "The most rows among which pairs are sought, drawn evenly. Time grows with its square.",
        HelpName = "N",
        DefaultValueFactory = _ => CompareOptions.DefaultCandidates,
    };

    private static readonly Option<int> Passes = new("--passes") { Description = "Committee members (Monte-Carlo dropout passes).", HelpName = "N", DefaultValueFactory = _ => CompareOptions.DefaultPasses };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides the committee's masks and every draw.", DefaultValueFactory = _ => 0 };

    private static readonly Option<string> Question = new("--question") { Description = "What people are asked, above the two rows.", HelpName = "TEXT", DefaultValueFactory = _ => CompareOptions.DefaultQuestion };

    private static readonly Option<string[]> Columns = new("--columns") { Description = "The columns that people are shown; by default every text column but id, label and split.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };

    private static readonly Option<string?> Image = new("--image") { Description = "How a vector is a picture: 28x28, 3x32x32, 32x32x3 or square; by default what the pool remembers of its import.", HelpName = "HxW" };

    private static readonly Option<string?> ImagePrefix = new("--image-prefix") { Description = "Tasks name each picture as this and the row's id, instead of holding a small one; see 'scorer tasks'.", HelpName = "ADDRESS" };

    public static Command Create() => new Command(
        "compare",
        """
        Ranks a pool by people's preferences, and chooses the pairs of rows that they are to compare next.

        The model's committee gives each row a score a member; a pair's preference is σ(left − right). Pairs are drawn in proportion to its variance among
        the members (Christiano et al. 2017, section 2.2.4, take those of the highest, which tell much the same), each row in a few of them. Before there
        is a model, pairs are drawn evenly.

        Writes pairs.csv and .parquet (order, left, right, answer, variance, preference: fill the answers in), tasks.json and tasks.xml for Label Studio (where the
        pool has texts or pictures: paste the .xml under Settings, Labeling Interface, Code; then import the .json), ranked.csv and .parquet (with a model:
        all rows, the most preferred first), rejects.parquet and, last, compare.json. The same pool, model, answers and seed give the same bytes.
        A killed run does not read again the shards that it had read, but for some seconds' worth.

        Examples:
          scorer compare --pool pool --top 100 --question 'Which photo is sharper?' --out pairs
          trainer rank --task taste --pool pool --preferences pairs/pairs.csv
          scorer compare --model models/taste --pool pool --top 100 --exclude pairs/pairs.csv --out more
          scorer compare --model models/taste --pool photos --top 100 --exclude exports/*.json --image-prefix /data/local-files/?d=photos/ --out more
        """)
    {
        Options = { Pool, Top, Out, Model, Strategy, Exclude, PerRow, Candidates, Passes, Seed, Question, Columns, Image, ImagePrefix },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = OptionsOf(parse);
        var summary = await CompareRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Pool, Model, Exclude, Out, ImagePrefix);

    private static CompareOptions OptionsOf(ParseResult parse) => new(parse.GetRequiredValue(Pool), parse.GetValue(Top), parse.GetRequiredValue(Out))
    {
        Model = parse.GetValue(Model),
        Strategy = parse.GetValue(Strategy),
        Exclude = parse.GetValue(Exclude) ?? [],
        PerRow = parse.GetValue(PerRow),
        Candidates = parse.GetValue(Candidates),
        Passes = parse.GetValue(Passes),
        Seed = parse.GetValue(Seed),
        Question = parse.GetRequiredValue(Question),
        Columns = parse.GetValue(Columns) ?? [],
        Image = parse.GetValue(Image),
        ImagePrefix = parse.GetValue(ImagePrefix),
    };

    private static IEnumerable<string> Lines(CompareSummary summary, CompareOptions options)
    {
        yield return CommandContext.Joined(
            summary.RankedCsv is { } ranked ? FormattableString.Invariant($"{summary.Rows:N0} rows are ranked, the most preferred first: {ranked}") : null,
            summary.Rejected > 0 ? RejectReasons.Counted(summary.Rejected) : null);
        yield return FormattableString.Invariant($"{summary.Pairs:N0} pairs of {summary.Candidates:N0} rows are chosen by {summary.Strategy}: {summary.PairsCsv}, where the column answer takes left, right, equal or incomparable")
            + (summary.Pairs < summary.Asked ? FormattableString.Invariant($"; that is fewer than the {summary.Asked:N0} asked for: raise --per-row or --candidates, or add rows") : "");
        yield return summary is { Tasks: { } tasks, Interface: { } layout }
            ? $"or in Label Studio: paste {NextCommand.Near(layout)} under Settings, Labeling Interface, Code; then import {NextCommand.Near(tasks)}, and export as JSON"
            : "there are no tasks for Label Studio, for the pool has neither texts nor pictures: say how vectors are pictures with --image";
        yield return NextCommand.Line("trainer", ["rank", "--task", options.Model is { } model ? ModelPackage.ManifestOf(model)?.Task ?? "first" : "first", .. NextCommand.Option("--pool", options.Pool), "--preferences", summary.PairsCsv, .. options.Exclude, .. RowOptions.Given]);
    }
}

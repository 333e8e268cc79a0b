using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Selection;

/// <summary><c>scorer select</c></summary>
internal static class SelectCommand
{
    private static readonly Option<string[]> Scores = new("--scores")
    {
        Description = "The folder that 'scorer score' or 'scorer merge' wrote, or those of all partitions.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "DIR",
    };

    private static readonly Option<string[]> Pool = new("--pool")
    {
        Description = "Instead of --scores, for a first query without labels: shards that no model has scored. For random, coreset, typiclust, novel and rare.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "With --pool: compare rows by this model's embedding, such as that of 'trainer embed'; by default by a --column.",
        HelpName = "DIR|FILE.onnx",
    };

    private static readonly Option<int> Top = new("--top") { Description = "Rows to select; with --strategy questions, answers to ask for.", Required = true, HelpName = "K" };

    private static readonly Option<string> Strategy = new("--strategy")
    {
        Description = $"How rows are chosen: {string.Join(", ", StrategyKind.All.Select(k => k.Name))}, {SelectOptions.Questions}.",
        Required = true,
        HelpName = "NAME",
        CompletionSources = { (string[])[.. StrategyKind.All.Select(k => k.Name), SelectOptions.Questions] },
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> By = new("--by")
    {
        Description = "The score the strategy goes by; by default bald (margin for cluster-margin), or entropy where the pool was scored without a committee. coreset, typiclust, novel, rare and random look at none.",
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
        Description = "Label files (CSV or Parquet with an id column): their rows are not selected. With --strategy questions, what labels and answers leave open is asked about.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "LABELFILE",
    };

    private static readonly Option<string[]> Targets = new("--targets")
    {
        Description = "With --strategy epig: shards of the rows that matter, labelled or not; a thousand of them are drawn.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string?> HierarchyFile = new("--hierarchy") { Description = "With --strategy questions: the super-classes that are asked about; see 'trainer train'.", HelpName = "FILE.json" };

    private static readonly Option<double?> ClassCost = new("--class-cost")
    {
        Description = "With --strategy questions: what naming a row's class costs, in answers to yes/no questions; by default those of a search that halves the classes left open each time: 4 with 10 of them, 7 with 77.",
        HelpName = "ANSWERS",
    };

    private static readonly Option<string?> Coverage = new("--coverage") { Description = "With --strategy rare: the folder that 'scorer coverage' wrote of the same shards.", HelpName = "DIR" };

    private static readonly Option<int?> PerClassMax = new("--per-class-max") { Description = "The most rows of one predicted class.", HelpName = "N" };

    private static readonly Option<double> Explore = new("--explore")
    {
        Description = "The share of the rows that is drawn evenly from the whole pool, 0 to 1.",
        HelpName = "SHARE",
    };

    private static readonly Option<double?> NoNearDuplicates = new("--no-near-duplicates")
    {
        Description = "Hold back rows whose embedding has this cosine or more with a selected row, or with an excluded one that stands in the pool.",
        HelpName = "SIM",
    };

    private static readonly Option<string?> Column = new("--column")
    {
        Description = "Compare rows by this vector column of the pool instead of the model's embedding: for near-duplicates, coreset, typiclust, novel and cluster-margin.",
        HelpName = "NAME",
    };

    public static Command Create() => new Command(
        "select",
        """
        Selects rows for labelling from a scored pool, or, before there is a label, from one without scores (--pool).
        Where fewer rows are left than asked for, they are the query, and a warning says so.

          top             the highest scores
          power           drawn in proportion to the score (PowerBALD)
          random          drawn evenly
          batchbald       rows that together tell most about the model (greedy joint mutual information)
          epig            rows drawn by what they tell about the labels of --targets, where the pool has much that nobody cares about (EPIG)
          coreset         rows far from every labelled and selected one (greedy k-centre)
          badge           rows that would move the model far, each in another direction (k-means++ on gradient embeddings)
          typiclust       typical rows of clusters without labels, for the first query and the first rounds
          novel           rows of clusters with far fewer labels than chance would give: classes that nobody labelled (see 'scorer novel'); --exclude says which rows are labelled
          rare            rows around which others lie thinly, as 'scorer coverage' found (--coverage): subgroups that a model has seen little of
          cluster-margin  low margins, spread over clusters
          questions       yes/no questions about rows, whether one is of a super-class or class of --hierarchy: those whose answer tells most of the row's class (--by bald: of the model);
                          rows whose class is better asked for outright, for what that costs, are in selected.csv; --top is a number of answers

        Writes selected.parquet and .csv (questions.parquet and .csv: fill the answers in, yes or no), held-back.parquet and .csv (rows that double a selected or labelled one) and, last, select.json.
        All but top, power, random and rare read the candidates' rows of the pool again, with the model that scored it.
        A committee of T members can tell ln T nats apart at most. Once batchbald's rows have told that much, a warning says after how many
        (select.json: telling), and the rest are in the order of the score: score with more --passes, or select fewer rows at a time.
        To find a SIM, select with a low one and look in held-back.csv for where the pairs stop being copies. A model that has seen few labels
        tells copies from other rows badly: there, compare by a --column of embeddings or features.
        The same scores and seed give the same rows, whatever the order of the shards.

        Examples:
          scorer select --pool pool --top 100 --strategy typiclust --column features --out query
          scorer select --pool pool --model models/embedding --top 100 --strategy coreset --out query
          scorer select --scores scored --top 200 --strategy power --out query
          scorer select --scores scored --top 100 --strategy novel --exclude labels.csv --out query
          scorer select --pool pool --top 100 --strategy rare --coverage covered --exclude labels.csv --out query
          scorer select --scores scored --top 200 --strategy top --explore 0.1 --per-class-max 40 --exclude labels.csv --out query
          scorer select --scores scored --top 200 --strategy batchbald --no-near-duplicates 0.98 --out query
          scorer select --scores scored --top 200 --strategy epig --targets test --out query
          scorer select --scores scored --top 300 --strategy questions --hierarchy hierarchy.json --exclude labels.csv answers.csv --out ask
          scorer select --scores parts/* --top 200 --strategy top --no-near-duplicates 0.95 --column features --out query
        """)
    {
        Options = { Scores, Pool, Model, Top, Strategy, Out, By, Targets, Coverage, HierarchyFile, ClassCost, Seed, Candidates, Exclude, PerClassMax, Explore, NoNearDuplicates, Column },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = OptionsOf(parse);
        if (options.Strategy == SelectOptions.Questions)
        {
            var asked = await QuestionRun.ExecuteAsync(options, context);
            CommandContext.Summarise(asked, Lines(asked, options));
            return ExitCode.Success;
        }
        var summary = await SelectRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Scores, Pool, Model, Out, Exclude, Targets, Coverage, HierarchyFile);

    private static IEnumerable<string> Lines(SelectSummary summary, SelectOptions options)
    {
        yield return FormattableString.Invariant($"{summary.Selected:N0} of {summary.PoolRows:N0} rows are selected by {summary.Strategy}{(options.Pool.Count > 0 || summary.By == "none" ? "" : $" of {summary.By}")}: {summary.SelectedCsv}")
            + (summary.Explored > 0 ? FormattableString.Invariant($"; {summary.Explored:N0} of them are drawn evenly") : "");
        if (summary.HeldBack > 0)
        {
            yield return FormattableString.Invariant($"{summary.HeldBack:N0} rows are held back, for they double a labelled or selected one: {summary.HeldBackCsv}");
        }
        if (summary.Telling is { } telling && telling + summary.Explored < summary.Selected)
        {
            yield return options.Strategy == "novel"
                ? FormattableString.Invariant($"the first {telling:N0} are of clusters short of labels; the others are not: select as many at most, or by another strategy")
                : FormattableString.Invariant($"the first {telling:N0} tell all that this committee can be told; the others are in the order of the score: score with more --passes, or select fewer rows at a time");
        }
        if (summary.Selected == 0)
        {
            yield return "no row is left to ask for: all are labelled, rejected or held back";
            yield break;
        }
        var pool = options.Pool.Count > 0 ? options.Pool : [.. SelectRun.PoolOf(options.Scores)];
        yield return NextCommand.Line("scorer", ["tasks", "--rows", summary.SelectedCsv, .. NextCommand.Option("--pool", pool), "--out", "tasks", .. RowOptions.Given]);
    }

    private static IEnumerable<string> Lines(QuestionSummary summary, SelectOptions options)
    {
        var asked = summary.Selected - summary.Outright;
        if (summary.Selected == 0)
        {
            yield return "no question is left to ask: the class of every row is known";
            yield break;
        }
        if (asked > 0)
        {
            yield return FormattableString.Invariant($"{asked:N0} questions are chosen by the {summary.By} of their answers, one about a row{(summary.GoneOn > 0 ? FormattableString.Invariant($", {summary.GoneOn:N0} of them about rows of which something is known") : "")}: {summary.SelectedCsv}, where the column answer takes yes or no; then it is a label file for 'trainer round --hierarchy'");
        }
        if (summary.Outright > 0)
        {
            yield return FormattableString.Invariant($"of {summary.Outright:N0} rows the class is better asked for outright: {summary.OutrightCsv}; they count {summary.Cost - asked:0.##} of {summary.Cost:0.##} answers");
        }
        foreach (var (rows, tasks) in new[] { (summary.SelectedCsv, "tasks"), (summary.OutrightCsv, "class-tasks") }.Where(of => of.Item1 == summary.SelectedCsv ? asked > 0 : summary.Outright > 0))
        {
            yield return NextCommand.Line("scorer", ["tasks", "--rows", rows, .. NextCommand.Option("--pool", [.. SelectRun.PoolOf(options.Scores)]), "--out", tasks, .. RowOptions.Given]);
        }
    }

    /// <summary>Checks a command line as far as no file is needed.</summary>
    /// <exception cref="Errors.UsageException">Options contradict each other.</exception>
    internal static void Check(ParseResult parse)
    {
        if (OptionsOf(parse) is { Strategy: SelectOptions.Questions } asking)
        {
            QuestionRun.Check(asking);
        }
        else
        {
            SelectCheck.Of(OptionsOf(parse));
        }
    }

    /// <summary>What a command line asks for.</summary>
    internal static SelectOptions OptionsOf(ParseResult parse) =>
        new(parse.GetValue(Scores) ?? [], parse.GetValue(Top), parse.GetRequiredValue(Strategy), parse.GetRequiredValue(Out))
        {
            Pool = parse.GetValue(Pool) ?? [],
            Model = parse.GetValue(Model),
            By = parse.GetValue(By),
            Seed = parse.GetValue(Seed),
            Candidates = parse.GetValue(Candidates),
            Exclude = parse.GetValue(Exclude) ?? [],
            Targets = parse.GetValue(Targets) ?? [],
            Coverage = parse.GetValue(Coverage),
            Hierarchy = parse.GetValue(HierarchyFile),
            ClassCost = parse.GetValue(ClassCost),
            PerClassMax = parse.GetValue(PerClassMax),
            Explore = parse.GetValue(Explore),
            NoNearDuplicates = parse.GetValue(NoNearDuplicates),
            Column = parse.GetValue(Column),
        };
}

using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Labelling;

/// <summary><c>scorer tasks</c></summary>
internal static class TasksCommand
{
    private static readonly Option<string> Rows = new("--rows") { Description = "The rows to label: ranked.csv of 'scorer score' or selected.csv of 'scorer select', their Parquet twins, or any list of ids: a table with a column id, or one id a line.", Required = true, HelpName = "FILE" };

    private static readonly Option<string[]> Pool = new("--pool") { Description = "The pool that was scored: Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string> Out = new("--out") { Description = "The file of tasks, or a folder, which gets tasks.json; the labelling interface goes beside it, as .xml.", Required = true, HelpName = "FILE.json|DIR" };

    private static readonly Option<int?> Top = new("--top") { Description = "Only the first K rows.", HelpName = "K" };

    private static readonly Option<string[]> Columns = new("--columns")
    {
        Description = "The columns that people are shown; by default every text column but id, label and split.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME",
    };

    private static readonly Option<string[]> Classes = new("--classes")
    {
        Description = "The classes that people choose among; by default those of the model or, before the first, those that the pool remembers of its import.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "How a vector is a picture: 28x28, 3x32x32, 32x32x3 or square; by default what the pool remembers of its import. Columns of encoded pictures are shown anyway.",
        HelpName = "HxW",
    };

    private static readonly Option<string?> ImagePrefix = new("--image-prefix")
    {
        Description = "Tasks name each picture as this and the row's id, its path below the folder that was imported, instead of holding a small one: /data/local-files/?d=photos/ (Label Studio's own files), https://… or s3://… and the like, which Label Studio signs.",
        HelpName = "ADDRESS",
    };

    public static Command Create() => new Command(
        "tasks",
        """
        Writes ranked or selected rows as tasks for Label Studio, with the predicted class as a pre-annotation, and the labelling interface that fits them.

        In Label Studio: paste the .xml under Settings, Labeling Interface, Code; then import the .json. A task carries the row's id (row_id in data and
        meta), so the project's export as JSON goes straight to 'trainer round --labels'. The prediction's score is the confidence in the predicted class
        where the file has it (ranked files), or else the row's score; the rank and the score are in meta. Tasks of questions.csv ask their questions, to be answered with
        yes or no; their export gives answers ('trainer round --hierarchy').

        Examples:
          scorer tasks --rows query/selected.csv --pool pool --out tasks.json
          scorer tasks --rows scored/ranked.csv --top 200 --pool pool --image 28x28 --out tasks.json
          scorer tasks --rows query/selected.csv --pool photos --image-prefix /data/local-files/?d=photos/ --out tasks.json
          scorer tasks --rows ask/questions.csv --pool pool --out tasks.json
          scorer tasks --rows query/selected.csv --pool posts --columns title body --out tasks.json
          scorer tasks --rows ids.csv --pool posts --classes spam ham --out tasks.json
        """)
    {
        Options = { Rows, Pool, Out, Top, Columns, Classes, Image, ImagePrefix },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = OptionsOf(parse);
        var summary = await TasksRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, ImagePrefix);

    private static IEnumerable<string> Lines(TasksSummary summary, TasksOptions options)
    {
        yield return $"{summary.Tasks} tasks show {string.Join(" and ", summary.Fields)} and offer {(summary.Hierarchy is not null ? string.Join(" and ", summary.Classes) : summary.Classes.Count == 0 ? "no classes yet: name them with --classes" : $"{summary.Classes.Count} classes")}";
        yield return $"in Label Studio: paste {NextCommand.Near(summary.Interface)} under Settings, Labeling Interface, Code; then import {NextCommand.Near(summary.File)}; the export as JSON, here export.json, makes the next round:";
        yield return NextCommand.Line("trainer", ["round", "--task", summary.Task ?? "first", .. NextCommand.Option("--pool", options.Pool), "--labels", "export.json", .. summary.Hierarchy is { } hierarchy ? (string[])["--hierarchy", NextCommand.Near(hierarchy)] : [], "--asked", options.Rows, .. RowOptions.Given]);
    }

    internal static TasksOptions OptionsOf(ParseResult parse) => new(parse.GetRequiredValue(Rows), parse.GetRequiredValue(Pool), parse.GetRequiredValue(Out))
    {
        Top = parse.GetValue(Top),
        Columns = parse.GetValue(Columns) ?? [],
        Classes = parse.GetValue(Classes) ?? [],
        Image = parse.GetValue(Image),
        ImagePrefix = parse.GetValue(ImagePrefix),
    };
}

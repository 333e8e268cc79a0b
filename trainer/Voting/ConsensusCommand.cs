using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Exports;

namespace ParquetPool.Trainer.Voting;

/// <summary><c>trainer consensus</c></summary>
internal static class ConsensusCommand
{
    private static readonly Option<string[]> Labels = new("--labels")
    {
        Description = "Label files, folders of them or globs, as 'trainer round' takes them; a column annotator says whose a label is.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string[]> Pool = new("--pool") { Description = "The pool that the labels are for, whose ids are then spelled as there: files, folders or globs.", AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string> Control = new("--control")
    {
        Description = "The control, question or column whose choices are the classes; those of others are no labels.",
        HelpName = "NAME",
        DefaultValueFactory = _ => LabelStudioExport.Control,
    };

    private static readonly Option<VoteMethod> Method = ChoiceOption.Of<VoteMethod>(
        "--method", "'majority': most votes win. 'dawid-skene' weighs votes by what each annotator is worth, class by class. 'auto' takes the one that does best with votes it was not shown. 'voters' is a network that learns from --features what each annotator would say, and takes the mean over all annotators, whoever voted.", "auto|majority|dawid-skene|voters");

    private static readonly Option<string[]> Features = new("--features")
    {
        Description = "Columns of the --pool that a network of voters learns from; 'auto' then compares it too.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "COLUMN",
    };

    private static readonly Option<bool> Ordinal = new("--ordinal") { Description = "Classes are grades, such as 0 to 3: labels.csv has the expected one as 'mean', and methods are compared by how well it tells votes." };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides first weights, order and dropout of the network." };

    private static readonly Option<int> Top = new("--top") { Description = "The most rows in relabel.csv.", DefaultValueFactory = _ => ConsensusOptions.DefaultTop, HelpName = "K" };

    public static Command Create() => new Command(
        "consensus",
        """
        Makes labels of what several annotators say, says what each of them is worth, and which rows are worth a second opinion.

        Dawid and Skene's method (1979) estimates rows and annotators from each other: a vote counts by how often its annotator is right, and for which
        classes. Annotators with few votes are taken for average ones. A network of voters (after Zhu et al. 2019) says what all annotators would say of a row, those too who did not see it. An annotator's later label replaces the earlier one; rows with a ground truth keep it.

        Writes labels.csv (id, label, probability, expected_disagreement: the chance that two annotators say different things, votes), annotators.csv (labels, agreement with
        the others, accuracy, bias per class), relabel.csv (rows by what one more vote would tell, in nats, and whom to ask), their Parquet twins and, last, consensus.json.
        The same labels give the same bytes, whatever the order of the files' rows.

        Examples:
          trainer consensus --labels exports --out agreed
          trainer consensus --labels labels/*.csv --pool pool --method dawid-skene --top 50 --out agreed
          trainer consensus --labels grades.csv --pool pool --features image_embedding --ordinal --out agreed
          trainer train --task topics --pool pool --labels agreed/labels.csv
        """)
    {
        Options = { Labels, Out, Pool, Control, Method, Features, Ordinal, Top, Seed },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new ConsensusOptions(parse.GetRequiredValue(Labels), parse.GetRequiredValue(Out))
        {
            Pool = parse.GetValue(Pool) ?? [],
            Control = parse.GetRequiredValue(Control),
            Method = parse.GetValue(Method),
            Features = parse.GetValue(Features) ?? [],
            Ordinal = parse.GetValue(Ordinal),
            Seed = parse.GetValue(Seed),
            Top = parse.GetValue(Top),
        };
        var summary = await ConsensusRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Labels, Pool, Out);

    private static IEnumerable<string> Lines(ConsensusSummary summary, ConsensusOptions options)
    {
        yield return CommandContext.Joined(summary.Notes);
        yield return FormattableString.Invariant($"{summary.Votes:N0} votes of {summary.Annotators:N0} annotators on {summary.Rows:N0} rows, {summary.Classes} classes, give ")
            + FormattableString.Invariant($"{summary.Labelled:N0} labels by {summary.Method}: {summary.Labels}")
            + (summary.OtherThanMajority > 0 ? FormattableString.Invariant($"; {summary.OtherThanMajority:N0} are not what most votes say") : "")
            + (summary.Ties > 0 ? FormattableString.Invariant($"; {summary.Ties:N0} rows have as many votes for one label as for another and are left out") : "");
        yield return $"{summary.AnnotatorsCsv} says what each annotator is worth, {summary.Relabel} which rows are worth another vote, and whose";
        yield return NextCommand.Line("trainer", ["train", "--task", "NAME", "--pool", .. options.Pool.Count > 0 ? options.Pool : ["POOL"], "--labels", summary.Labels, .. RowOptions.Given]);
    }
}

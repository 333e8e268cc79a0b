using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Purging;

/// <summary><c>scorer purge</c></summary>
internal static class PurgeCommand
{
    private static readonly Option<string> Audit = new("--audit") { Description = "The folder that 'scorer audit' wrote, with the judgements of 'scorer judge'.", Required = true, HelpName = "DIR" };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for test/ (the clean shards; pool/ for an audit of --pool), removed.csv and purge.json.", Required = true, HelpName = "DIR" };

    private static readonly Option<string> Judged = new("--judged")
    {
        Description = "Pairs judged so are leaks: some of exact,near,similar,different.",
        DefaultValueFactory = _ => "exact,near",
        HelpName = "WORDS",
    };

    private static readonly Option<double?> Threshold = new("--threshold") { Description = "Take all pairs of at least this cosine for leaks, whatever was judged.", HelpName = "COSINE" };

    private static readonly Option<string> Keep = new("--keep")
    {
        Description = "For an audit by --split-column: its splits, the one whose rows are rather kept first, such as train,validation,test.",
        DefaultValueFactory = _ => "",
        HelpName = "SPLITS",
    };

    private static readonly Option<string[]> ReplaceFrom = new("--replace-from")
    {
        Description = "Shards of spare rows: each removed row is replaced by an unused one of its class. Their ids must not be ids of other rows.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string?> SpareAudit = new("--spare-audit")
    {
        Description = "An audit of the spare shards (--test) against both splits (--train): rows that double something there are not taken.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> CopyFiles = new("--copy-files")
    {
        Description = "The folder of pictures that was imported: those of the rows that stay are copied to files/. Where they lie nothing is removed or changed.",
        HelpName = "DIR",
    };

    private static readonly Option<string> Label = new("--label-column") { Description = "The label column of the spare shards.", DefaultValueFactory = _ => "label", HelpName = "NAME" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Chooses among the spare rows.", DefaultValueFactory = _ => 0 };

    public static Command Create() => new Command(
        "purge",
        """
        Writes the test split without its leaks: rows that double a training row or another test row, by people's judgements or a threshold.

        Training rows are never touched. A test row goes that is in a leak with a training row, or with a test row before it (by shard and row)
        that stays: each removed row doubles, by its own pair, a row that stays, named beside it. A row that doubles removed rows alone stays;
        where the audit listed nearest rows of one column, it is compared with the rows that stay here.
        So it is with other splits: those of a column are taken in the order of --keep, the first never touched; labelled rows stay before others.
        A pair that is identical in what was compared counts as exact where nobody judged it; rows of other pairs that nobody judged, and rows that
        the audit rejected, stay. Shards keep their names and columns; removed.csv names every removed row, the row it doubles and the rule.

        With --replace-from, removed rows are replaced by rows of the same class, in test/replacements.parquet. Whether these double something
        is known only from --spare-audit: with it, pairs as near as the farthest leak count. A class that runs out is reported.

        Examples:
          scorer purge --audit audited --out purged
          scorer purge --audit audited --threshold 0.98 --out purged
          scorer purge --audit audited --threshold 0.98 --keep train,validation,test --out purged
          scorer purge --audit audited --threshold 0.98 --keep train,test --copy-files photos --out purged
          scorer purge --audit audited --out purged --replace-from 'spare/*.parquet' --spare-audit spare-audited
        """)
    {
        Options = { Audit, Out, Judged, Threshold, Keep, CopyFiles, ReplaceFrom, SpareAudit, Label, Seed },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        if (parse.GetValue(Threshold) is not null && parse.GetResult(Judged) is { Implicit: false })
        {
            throw new UsageException("--judged and --threshold are both given, expected one: a leak is what people say, or what is near enough");
        }
        var options = new PurgeOptions(parse.GetRequiredValue(Audit), parse.GetRequiredValue(Out))
        {
            Judged = Judgements.Parse("--judged", parse.GetRequiredValue(Judged)),
            Threshold = parse.GetValue(Threshold),
            Keep = parse.GetRequiredValue(Keep).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ReplaceFrom = parse.GetValue(ReplaceFrom) ?? [],
            SpareAudit = parse.GetValue(SpareAudit),
            CopyFiles = parse.GetValue(CopyFiles),
            LabelColumn = parse.GetRequiredValue(Label),
            Seed = parse.GetValue(Seed),
        };
        var summary = await PurgeRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Audit);

    /// <summary>What an audit was given for its last split.</summary>
    internal static IEnumerable<string> LastSplit(string audit) =>
        JsonFile.Read<AuditReport>(Path.Combine(audit, AuditReport.FileName))!.Splits[^1].Shards.SelectMany(shard => shard.Given ?? [NextCommand.Near(shard.Path)]).Distinct();

    private static IEnumerable<string> Lines(PurgeSummary summary, PurgeOptions options)
    {
        yield return FormattableString.Invariant($"{summary.Leaked + summary.Repeated:N0} of {summary.Rows:N0} rows are removed: {summary.Leaked:N0} double a row of a split that is kept before theirs, {summary.Repeated:N0} one of their own split that stays; {summary.Removed} names them");
        yield return CommandContext.Joined(
            summary.UnjudgedPairs is > 0 ? FormattableString.Invariant($"{summary.UnjudgedPairs:N0} listed pairs are not judged: unless identical in what was compared, their rows stay") : null,
            summary.Uncompared > 0 ? FormattableString.Invariant($"{summary.Uncompared:N0} rows stay that double removed rows alone, as far as nearest rows tell: audit with --all-pairs to know whether they double others") : null,
            summary.Replaced > 0 || summary.RanOut.Count > 0 ? FormattableString.Invariant($"{summary.Replaced:N0} are replaced by rows of their class{(summary.ReplacementsChecked ? "" : ", not checked for doubles (--spare-audit)")}") : null,
            summary.RanOut.Count > 0 ? $"classes that ran out: {string.Join(", ", summary.RanOut.Select(missing => FormattableString.Invariant($"{missing.Key} ({missing.Value:N0} missing)")))}" : null);
        yield return CommandContext.Joined(
            summary.Files is { } files ? $"the pictures of the rows that stay are copied to {NextCommand.Near(files)}, {NextCommand.Near(Path.GetFullPath(options.CopyFiles!))} is as it was" : null,
            FormattableString.Invariant($"{summary.CleanRows:N0} rows are left in {NextCommand.Near(summary.Clean)}") + (summary.Files is null ? "; what a model's accuracy owed to the others, here that of the task first:" : ""));
        if (summary.Files is not null)
        {
            yield break; // A clean folder of pictures is what was asked for.
        }
        yield return NextCommand.Line("scorer", ["evaluate", "--model", "models/first", .. NextCommand.Option("--test", [.. LastSplit(options.Audit)]), "--removed", NextCommand.Near(summary.Removed), .. RowOptions.Given]);
    }
}

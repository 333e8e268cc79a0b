using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Scorer.Records;
using ParquetPool.Sessions;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Scoring;

/// <summary><c>scorer score</c></summary>
internal static class ScoreCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A round's folder, a task's folder (its newest round is used) or an ONNX file.",
        Required = true,
        HelpName = "DIR|FILE.onnx",
    };

    private static readonly Option<string[]> Pool = new("--pool")
    {
        Description = "Parquet files, folders or globs.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<int> Passes = new("--passes")
    {
        Description = "Committee members (Monte-Carlo dropout passes); 0 switches dropout off and scores a single prediction.",
        DefaultValueFactory = _ => ScoreOptions.DefaultPasses,
    };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Chooses the committee's masks.", DefaultValueFactory = _ => 0 };

    private static readonly Option<MaskKind> Masks = new("--masks")
    {
        Description = "'balanced' drops each unit in exactly its share of the members, 'independent' draws each member's masks alone.",
        DefaultValueFactory = _ => MaskKind.Balanced,
        HelpName = "balanced|independent",
    };

    private static readonly Option<ProbabilityKind> Probabilities = new("--probabilities")
    {
        Description = "'calibrated' makes confidence, least_confidence, margin and entropy of probabilities that are as sure as they are right, by the temperature in the manifest (trainer train --calibrate). The predicted class, bald and what else tells members apart stay as they are.",
        HelpName = "raw|calibrated",
    };

    private static readonly Option<string> RankBy = new("--rank-by")
    {
        Description = $"The score to rank by: {string.Join(", ", ScoreColumn.Rankings.Select(c => c.Name))} (of models that predict it).",
        DefaultValueFactory = _ => ScoreColumn.Bald.Name,
        CompletionSources = { (string[])[.. ScoreColumn.Rankings.Select(c => c.Name)] },
    };

    internal static readonly Option<int?> Top = new("--top") { Description = "Rank only the first K rows; all by default.", HelpName = "K" };

    internal static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Label files (CSV or Parquet with an id column): their rows are not ranked.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "LABELFILE",
    };

    private static readonly Option<string[]> Features = new("--features")
    {
        Description = "The feature column for each of the model's inputs, in order; by default those that the model names.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "COLUMN",
    };

    private static readonly Option<int> BatchRows = new("--batch-rows")
    {
        Description = "Rows read at a time. Bounds the memory; changes no score.",
        DefaultValueFactory = _ => ScoreOptions.DefaultBatchRows,
        HelpName = "N",
    };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "Scoring threads. Changes no score.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        HelpName = "N",
    };

    private static readonly Option<Device> OnDevice = Device.Option();

    private static readonly Option<string?> Share = new("--partition")
    {
        Description = "Score only the I-th of N shares of the shards, chosen by their names; 'scorer merge' joins the shares. Give each a folder of its own.",
        HelpName = "I/N",
    };

    internal static readonly Option<BadRows> OnBadRows = new("--on-bad-rows")
    {
        Description = "Rows that cannot be scored are written to rejects.parquet either way; 'fail' then ends with exit code 3, 'reject' with 0.",
        HelpName = "fail|reject",
    };

    public static Command Create() => new Command(
        "score",
        """
        Scores every row of a pool and ranks the rows for labelling.

        Writes scores/<shard>.parquet, ranked.parquet, ranked.csv, rejects.parquet and, last, run.json.
        The same model, pool, seed, passes and masks give the same ranked files, whatever the threads, the batch size or the order of the shards.
        The same command started again, after a stop or a crash, goes on where it was: shards that are finished are not scored again,
        unless the model, the seed, the passes, the masks, the program or the shard itself has changed. So ranking by another score takes moments.

        Examples:
          scorer score --model models/fashion --pool pool/*.parquet --out scored --top 200
          scorer score --model model.onnx --pool pool --out scored --passes 50 --rank-by margin --exclude labels.csv
          scorer score --model models/fashion --pool pool --out sure --probabilities calibrated --rank-by least_confidence
          scorer score --model models/fashion --pool pool --out parts/3 --partition 3/8
          scorer score --model s3://team/models/fashion --pool 's3://team/pool/*.parquet' --out s3://team/scored --top 200
        """)
    {
        Options = { Model, Pool, Out, Passes, Seed, Masks, Probabilities, RankBy, Top, Exclude, Features, OutputOptions.Name, OutputOptions.Kind, BatchRows, Threads, OnDevice, OnBadRows, Share },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = OptionsOf(parse);
        return Finish(await ScoreRun.ExecuteAsync(options, context), options.OnBadRows, options.Out, options.Exclude);
    }, Model, Pool, Out, Exclude);

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="UsageException">An option is not what it must be.</exception>
    internal static ScoreOptions OptionsOf(ParseResult parse) => new(parse.GetRequiredValue(Model), parse.GetRequiredValue(Pool), parse.GetRequiredValue(Out))
    {
        Passes = parse.GetValue(Passes),
        Seed = parse.GetValue(Seed),
        Masks = parse.GetValue(Masks),
        Probabilities = parse.GetValue(Probabilities),
        RankBy = parse.GetRequiredValue(RankBy),
        Top = parse.GetValue(Top),
        Exclude = parse.GetValue(Exclude) ?? [],
        Features = parse.GetValue(Features) ?? [],
        Output = OutputOptions.Of(parse),
        BatchRows = parse.GetValue(BatchRows),
        Threads = parse.GetValue(Threads),
        Device = parse.GetValue(OnDevice),
        OnBadRows = parse.GetValue(OnBadRows),
        Partition = parse.GetValue(Share) is { } share ? Partition.Parse(share) : null,
    };

    /// <summary>Prints the summary; rejected rows end the command as bad data unless accepted.</summary>
    internal static int Finish(ScoreSummary summary, BadRows onBadRows, string folder, IReadOnlyList<string> exclude)
    {
        CommandContext.Summarise(summary, ScoreLines.Of(summary, folder, exclude));
        return summary.Rejected == 0 || onBadRows == BadRows.Reject
            ? ExitCode.Success
            : throw new DataException($"{summary.Rejected} of {summary.Rows} rows were rejected, {(summary.Rejected < summary.Rows ? "the others are scored and ranked" : "none is scored")}{RejectReasons.Commonest(summary.RejectsFile)}: see {summary.RejectsFile}, or accept them with --on-bad-rows reject");
    }
}

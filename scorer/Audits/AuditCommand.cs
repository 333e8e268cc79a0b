using System.CommandLine;
using ParquetPool.Collections;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Reports;
using ParquetPool.ShardRows;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary><c>scorer audit</c>: which test rows stand twice.</summary>
internal static class AuditCommand
{
    private static readonly Option<string[]> Train = Shards("--train", "Shards of the training split: files, folders or globs.");

    private static readonly Option<string[]> Test = Shards("--test", "Shards of the test split: files, folders or globs.");

    private static readonly Option<string[]> Within = Shards("--within", "Shards of one split that is compared with itself alone, instead of --train and --test; its pairs are of kind test-test.");

    private static readonly Option<string[]> Pool = Shards("--pool", "Shards whose rows --split-column or --labelled divides into splits.");

    private static readonly Option<string?> SplitColumn = new("--split-column") { HelpName = "NAME", Description = "With --pool: the column whose values are the splits, such as train, test and validation. Each is compared with each and with itself." };

    private static readonly Option<string[]> Labelled = new("--labelled") { HelpName = "FILE", AllowMultipleArgumentsPerToken = true, Description = "With --pool: label files (CSV or Parquet, id and label). Their rows are the split labelled, all others the split pool, and their labels count." };

    private static readonly Option<string> Out = new("--out") { Required = true, HelpName = "DIR", Description = "Folder for pairs.parquet, pairs.csv, conflicts.parquet, conflicts.csv, rejects.parquet, report.html and audit.json." };

    private static readonly Option<string[]> Column = new("--column") { HelpName = "NAME[:WEIGHT]", Description = "A vector column to compare; may be repeated. Default: features, or the only one; of pictures an encoder's vectors and averaged pixels, less what all rows have in common." };

    private static readonly Option<string?> Model = new("--model") { HelpName = "PATH[:WEIGHT]", Description = "Compare this model's embedding output, dropout off." };

    private static readonly Option<double?> Pixels = new("--pixels") { HelpName = "WEIGHT", Description = "Compare pixels, averaged to sides of at most 16 and centred per row; needs --image." };

    private static readonly Option<string?> Views = new("--views") { HelpName = "shift,flip", Description = "Average each embedding of a picture over views of it: moved by a sixteenth of a side (nine views), mirrored (two), or both (18). Costs an embedding for each; needs --image." };

    private static readonly Option<bool> BestView = new("--best-view") { Description = "With --views: instead of averaging, compare the one of a test row's views that is most similar to the other row as it is; shifts of half the way too (all whole pixels up to two: 25 views, 50 with flip). Costs an embedding and a search for each." };

    private static readonly Option<int> Neighbours = new("--neighbours") { HelpName = "K", DefaultValueFactory = _ => 1, Description = "Nearest rows to list for each test row; of exact copies of one row the first." };

    private static readonly Option<int?> Overlap = new("--overlap") { HelpName = "N", Description = $"Lay the pictures of this many of the nearest rows over each row's own, turned, mirrored and as parts of each other: those that fit count as more similar, and the column overlap says how they lie. Default: {PairOptions.DefaultOverlap} where rows have pictures and neither --all-pairs, --approximate nor --best-view is given; 0 for none." };

    private static readonly Option<double?> Threshold = new("--threshold") { HelpName = "COSINE", Description = "List only pairs of at least this cosine. Default: every nearest pair." };

    private static readonly Option<double?> Precision = new("--precision") { HelpName = "P", Description = "List only pairs from the cosine on at which about this share of the nearest pairs are real duplicates, as far as their distances tell. Default: 0.9 is told, nothing is cut." };

    private static readonly Option<double?> Recall = new("--recall") { HelpName = "R", Description = "List only pairs from the cosine on at which this share of altered copies of your rows is found." };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Of the calibration: which rows are altered, how, and the resamples." };

    private static readonly Option<bool> AllPairs = new("--all-pairs") { Description = "List every pair that reaches --threshold, copies one by one; much faster than the full search where few do." };

    private static readonly Option<double?> Approximate = new("--approximate") { HelpName = "RECALL", Arity = ArgumentArity.ZeroOrOne, Description = "Compare each row with the nearest cells of an index, not with all rows, so that this share of the nearest rows is found (0.99 unless given); the share is measured and reported." };

    private static readonly Option<string?> Index = new("--index") { HelpName = "FILE", Description = "With --approximate: keeps the vectors of --train by cell, so that a later audit embeds only the shards that are new; made where there is none." };

    private static readonly Option<string?> LabelColumn = new("--label-column") { HelpName = "NAME", Description = "Label column of both splits. Default: label, where there is one." };

    private static readonly Option<string[]> TextColumn = new("--text-column") { HelpName = "NAME", Description = "A column that the vectors were made of; may be repeated. Rows are exact copies only where it holds the same too. Default: text, where there is one." };

    private static readonly Option<int> Threads = new("--threads") { HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount, Description = "Threads; the files are the same for any number." };

    private static readonly Option<int> VectorMegabytes = new("--vector-megabytes") { HelpName = "MIB", DefaultValueFactory = _ => SearchOptions.DefaultVectorMegabytes, Description = "Memory for vectors in MiB; what does not fit is streamed." };

    private static readonly Option<bool> Benchmark = new("--benchmark") { Description = "Also measure a plain large Gemm, about two seconds, and report the ratio." };

    private static readonly Option<BadRows> OnBadRows = new("--on-bad-rows") { HelpName = "fail|reject", Description = "fail: exit code 3 when rows were rejected; reject: exit code 0. They are listed and the others audited either way." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        return new Command(
            "audit",
            """
            Finds rows that stand twice: the nearest training row of every test row, and the nearest other test row, by cosine.

            --pool takes the splits from a column, or tells which of its rows double one that is labelled already: such a row needs no label of its own.
            Writes pairs.parquet, pairs.csv, conflicts.parquet, conflicts.csv (rows that stand twice with different labels), rejects.parquet, report.html (open it in a browser: it shows the pairs and takes judgements) and, last, audit.json. A pair inside the test split is listed once.
            Several columns, a model's embedding and pixels are compared together: the cosine is the mean of their cosines, weighted.
            The same rows give the same pairs, whatever the threads, the memory or the order of the shards.
            An audit that is killed and started again goes on with the block of rows it was at.

            Examples:
              scorer audit --train pool/train --test pool/test --out audited
              scorer audit --train pool/train --test pool/test --image 28x28 --out audited
              scorer audit --train pool/train --test pool/test --model models/fashion --out audited --neighbours 3 --threshold 0.98
              scorer audit --train pool/train --test pool/test --model models/fashion --pixels 0.5 --views shift,flip --image 28x28 --out audited
              scorer audit --train pool/train --test pool/test --model models/fashion:0.5 --pixels 1 --views shift,flip --best-view --image 28x28 --out audited
              scorer audit --train pool/train --test pool/test --column text:1 --column picture:0.5 --out audited
              scorer audit --train pool/train --test pool/test --model models/fashion-audit --image 28x28 --precision 0.9 --out audited
              scorer audit --train pool/train --test pool/test --out audited --threshold 0.98 --all-pairs
              scorer audit --within pool/train --out audited --threshold 0.98 --all-pairs
              scorer audit --within pool/train --out audited --approximate
              scorer audit --train pool/train --test pool/new --out audited --approximate --index train.cells
              scorer audit --pool pool --split-column split --out audited
              scorer audit --pool pool --labelled labels.csv --out audited
            """)
        {
            Train, Test, Within, Pool, SplitColumn, Labelled, Out, Column, Model, Pixels, Views, BestView, Neighbours, Overlap, Threshold, Precision, Recall, Seed, AllPairs, Approximate, Index, LabelColumn, TextColumn, Threads, VectorMegabytes, Benchmark, OnBadRows, ReportCommand.Pairs, ReportCommand.Image,
        }
        .ReadsRows().Runs((parse, context) => RunAsync(OptionsOf(parse), context), Train, Test, Within, Pool, Labelled, Out, Model);
    }

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="UsageException">No splits are named, or too many.</exception>
    internal static AuditOptions OptionsOf(ParseResult parse) =>
        Splits(parse.GetValue(Train) ?? [], parse.GetValue(Test) ?? [], parse.GetValue(Within) ?? [], parse.GetValue(Pool) ?? [], parse.GetRequiredValue(Out)) with
        {
            SplitColumn = parse.GetValue(SplitColumn),
            Labelled = parse.GetValue(Labelled) ?? [],
            Seed = parse.GetValue(Seed),
            LabelColumn = parse.GetValue(LabelColumn),
            TextColumns = parse.GetValue(TextColumn) ?? [],
            Benchmark = parse.GetValue(Benchmark),
            OnBadRows = parse.GetValue(OnBadRows),
            Page = ReportCommand.PageOf(parse),
            Vectors = new()
            {
                Columns = parse.GetValue(Column) ?? [],
                Model = parse.GetValue(Model),
                Pixels = parse.GetValue(Pixels),
                Views = parse.GetValue(Views),
                BestView = parse.GetValue(BestView),
            },
            Pairs = new()
            {
                Neighbours = parse.GetValue(Neighbours),
                Overlap = parse.GetValue(Overlap),
                Threshold = parse.GetValue(Threshold),
                Precision = parse.GetValue(Precision),
                Recall = parse.GetValue(Recall),
                AllPairs = parse.GetValue(AllPairs),
            },
            Search = new()
            {
                Approximate = parse.GetResult(Approximate) is null ? null : parse.GetValue(Approximate) ?? SearchOptions.DefaultApproximateRecall,
                Index = parse.GetValue(Index),
                Threads = parse.GetValue(Threads),
                VectorMegabytes = parse.GetValue(VectorMegabytes),
                Kept = (CacheRoom.Folder, StoredFiles.Cache.Limit),
            },
        };

    private static AuditOptions Splits(string[] train, string[] test, string[] within, string[] pool, string output) => (train, test, within, pool) switch
    {
        ([_, ..], [_, ..], [], []) => new AuditOptions(train, test, output),
        ([], [], [_, ..], []) => new AuditOptions([], within, output),
        ([], [], [], [_, ..]) => new AuditOptions([], [], output) { Pool = pool },
        _ => throw new UsageException("expected --train with --test, or --within alone, or --pool with --split-column or --labelled: name two splits, one that is compared with itself, or rows and what tells their splits"),
    };

    private static async Task<int> RunAsync(AuditOptions options, CommandContext context)
    {
        var summary = await AuditRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, AuditLines.Of(summary, options));
        return summary.Rejected == 0 || options.OnBadRows == BadRows.Reject
            ? ExitCode.Success
            : throw new DataException($"{summary.Rejected} rows were rejected, the others were audited{RejectReasons.Commonest(Path.Combine(summary.Out, "rejects.parquet"))}: see {Path.Combine(summary.Out, "rejects.parquet")}, or accept them with --on-bad-rows reject");
    }

    private static Option<string[]> Shards(string name, string description) =>
        new(name) { HelpName = "GLOB", AllowMultipleArgumentsPerToken = true, Description = description };
}

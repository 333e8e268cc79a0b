using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Audits;

/// <summary><c>scorer audit</c>: which test rows stand twice.</summary>
public static class AuditCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var train = Shards("--train", "Shards of the training split: files, folders or globs.");
        var test = Shards("--test", "Shards of the test split: files, folders or globs.");
        var within = Shards("--within", "Shards of one split that is compared with itself alone, instead of --train and --test; its pairs are of kind test-test.");
        var pool = Shards("--pool", "Shards whose rows --split-column or --labelled divides into splits.");
        var splitColumn = new Option<string?>("--split-column") { HelpName = "NAME", Description = "With --pool: the column whose values are the splits, such as train, test and validation. Each is compared with each and with itself." };
        var labelled = new Option<string[]>("--labelled") { HelpName = "FILE", AllowMultipleArgumentsPerToken = true, Description = "With --pool: label files (CSV or Parquet, id and label). Their rows are the split labelled, all others the split pool, and their labels count." };
        var output = new Option<string>("--out") { Required = true, HelpName = "DIR", Description = "Folder for pairs.parquet, pairs.csv, conflicts.parquet, conflicts.csv, rejects.parquet, report.html and audit.json." };
        var column = new Option<string[]>("--column") { HelpName = "NAME[:WEIGHT]", Description = "A vector column to compare; may be repeated. Default: features, or the only one." };
        var model = new Option<string?>("--model") { HelpName = "PATH[:WEIGHT]", Description = "Compare this model's embedding output, dropout off." };
        var pixels = new Option<double?>("--pixels") { HelpName = "WEIGHT", Description = "Compare pixels, averaged to sides of at most 16 and centred per row; needs --image." };
        var views = new Option<string?>("--views") { HelpName = "shift,flip", Description = "Average each embedding of a picture over views of it: moved by a sixteenth of a side (nine views), mirrored (two), or both (18). Costs an embedding for each; needs --image." };
        var bestView = new Option<bool>("--best-view") { Description = "With --views: instead of averaging, compare the one of a test row's views that is most similar to the other row as it is; shifts of half the way too (all whole pixels up to two: 25 views, 50 with flip). Costs an embedding and a search for each." };
        var neighbours = new Option<int>("--neighbours") { HelpName = "K", DefaultValueFactory = _ => 1, Description = "Nearest rows to list for each test row; of exact copies of one row the first." };
        var threshold = new Option<double?>("--threshold") { HelpName = "COSINE", Description = "List only pairs of at least this cosine. Default: every nearest pair." };
        var precision = new Option<double?>("--precision") { HelpName = "P", Description = "List only pairs from the cosine on at which about this share of the nearest pairs are real duplicates, as far as their distances tell. Default: 0.9 is told, nothing is cut." };
        var recall = new Option<double?>("--recall") { HelpName = "R", Description = "List only pairs from the cosine on at which this share of altered copies of your rows is found." };
        var seed = new Option<ulong>("--seed") { Description = "Of the calibration: which rows are altered, how, and the resamples." };
        var allPairs = new Option<bool>("--all-pairs") { Description = "List every pair that reaches --threshold, copies one by one; much faster than the full search where few do." };
        var label = new Option<string?>("--label-column") { HelpName = "NAME", Description = "Label column of both splits. Default: label, where there is one." };
        var threads = new Option<int>("--threads") { HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount, Description = "Threads; the files are the same for any number." };
        var memory = new Option<int>("--vector-megabytes") { HelpName = "MIB", DefaultValueFactory = _ => AuditOptions.DefaultVectorMegabytes, Description = "Memory for vectors in MiB; what does not fit is streamed." };
        var benchmark = new Option<bool>("--benchmark") { Description = "Also measure a plain large Gemm, about two seconds, and report the ratio." };
        var onBadRows = new Option<BadRows>("--on-bad-rows") { HelpName = "fail|reject", Description = "fail: exit code 3 when rows were rejected; reject: exit code 0. They are listed and the others audited either way." };
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
              scorer audit --pool pool --split-column split --out audited
              scorer audit --pool pool --labelled labels.csv --out audited
            """)
        {
            train, test, within, pool, splitColumn, labelled, output, column, model, pixels, views, bestView, neighbours, threshold, precision, recall, seed, allPairs, label, threads, memory, benchmark, onBadRows, ReportCommand.Pairs, ReportCommand.Image,
        }
        .Runs((parse, context) => RunAsync(
            Splits(parse.GetValue(train) ?? [], parse.GetValue(test) ?? [], parse.GetValue(within) ?? [], parse.GetValue(pool) ?? [], parse.GetRequiredValue(output)) with
            {
                SplitColumn = parse.GetValue(splitColumn),
                Labelled = parse.GetValue(labelled) ?? [],
                Columns = parse.GetValue(column) ?? [],
                Model = parse.GetValue(model),
                Pixels = parse.GetValue(pixels),
                Views = parse.GetValue(views),
                BestView = parse.GetValue(bestView),
                Neighbours = parse.GetValue(neighbours),
                Threshold = parse.GetValue(threshold),
                Precision = parse.GetValue(precision),
                Recall = parse.GetValue(recall),
                Seed = parse.GetValue(seed),
                AllPairs = parse.GetValue(allPairs),
                LabelColumn = parse.GetValue(label),
                Threads = parse.GetValue(threads),
                VectorMegabytes = parse.GetValue(memory),
                Benchmark = parse.GetValue(benchmark),
                OnBadRows = parse.GetValue(onBadRows),
                Page = ReportCommand.PageOf(parse),
            },
            context));
    }

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
        CommandContext.Summarise(summary, Lines(summary));
        return summary.Rejected == 0 || options.OnBadRows == BadRows.Reject
            ? ExitCode.Success
            : throw new DataException($"{summary.Rejected} rows were rejected, the others were audited: see {Path.Combine(summary.Out, "rejects.parquet")}, or accept them with --on-bad-rows reject");
    }

    private static IEnumerable<string> Lines(AuditSummary summary)
    {
        foreach (var counts in summary.Comparisons)
        {
            yield return Line(counts, summary.Threshold);
        }
        if (summary.LabelConflicts is { } conflicts)
        {
            yield return FormattableString.Invariant($"label conflicts: {conflicts.Clusters:N0} clusters at cosine {conflicts.Threshold:F5} have rows of different labels: {Path.Combine(summary.Out, ConflictFile.Csv)}");
        }
        foreach (var threshold in summary.Calibration ?? [])
        {
            yield return $"{summary.Comparisons.Single(of => of.Kind == threshold.Kind).What}: {threshold}";
        }
        if (summary.Baseline is { } baseline)
        {
            yield return baseline.ToString();
        }
        var page = new FileInfo(Path.Combine(summary.Out, ReportPage.FileName));
        yield return FormattableString.Invariant($"open {page.FullName} ({page.Length / 1e3:N0} kB) in a browser to judge the pairs");
        var speed = summary.Speed;
        yield return FormattableString.Invariant($"search: {speed.PairsCompared:N0} comparisons in {speed.SearchSeconds:N2} s, {speed.Gflops:N0} GFLOP/s")
            + (speed.Ratio is { } ratio ? FormattableString.Invariant($", {ratio:N2} of a plain large Gemm ({speed.PlainGemmGflops:N0} GFLOP/s)") : "");
    }

    private static string Line(PairCounts counts, double? threshold) =>
        FormattableString.Invariant($"{counts.What}: {counts.Listed:N0} pairs ")
        + (threshold is { } least ? FormattableString.Invariant($"of cosine {least} or more") : "listed, nearest first")
        + FormattableString.Invariant($", {counts.ListedExact:N0} byte-identical ({counts.RowsWithExactCopy:N0} {counts.Split} rows), labels agree in {counts.LabelsAgree:N0} of {counts.LabelsKnown:N0}");

    private static Option<string[]> Shards(string name, string description) =>
        new(name) { HelpName = "GLOB", AllowMultipleArgumentsPerToken = true, Description = description };
}

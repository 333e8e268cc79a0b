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
        var output = new Option<string>("--out") { Required = true, HelpName = "DIR", Description = "Folder for pairs.parquet, pairs.csv, rejects.parquet, report.html and audit.json." };
        var column = new Option<string?>("--column") { HelpName = "NAME", Description = "The vector column to compare. Default: features, or the only one." };
        var model = new Option<string?>("--model") { HelpName = "DIR|FILE.onnx", Description = "Compare this model's embedding output, dropout off, instead of a column." };
        var neighbours = new Option<int>("--neighbours") { HelpName = "K", DefaultValueFactory = _ => 1, Description = "Nearest rows to list for each test row; of exact copies of one row the first." };
        var threshold = new Option<double?>("--threshold") { HelpName = "COSINE", Description = "List only pairs of at least this cosine. Default: every nearest pair." };
        var allPairs = new Option<bool>("--all-pairs") { Description = "List every pair that reaches --threshold, copies one by one; much faster than the full search where few do." };
        var approximate = new Option<bool>("--approximate") { Description = "Compare each row with the nearest cells of an index, not with all rows; the recall is measured and reported." };
        var recall = new Option<double>("--recall") { HelpName = "SHARE", DefaultValueFactory = _ => 0.99, Description = "The share of nearest rows that --approximate is to find." };
        var label = new Option<string?>("--label-column") { HelpName = "NAME", Description = "Label column of both splits. Default: label, where there is one." };
        var threads = new Option<int>("--threads") { HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount, Description = "Threads; the files are the same for any number." };
        var memory = new Option<int>("--vector-megabytes") { HelpName = "MIB", DefaultValueFactory = _ => AuditOptions.DefaultVectorMegabytes, Description = "Memory for vectors in MiB; what does not fit is streamed." };
        var benchmark = new Option<bool>("--benchmark") { Description = "Also measure a plain large Gemm, about two seconds, and report the ratio." };
        var onBadRows = new Option<BadRows>("--on-bad-rows") { HelpName = "fail|reject", Description = "fail: exit code 3 when rows were rejected; reject: exit code 0. They are listed and the others audited either way." };
        return new Command(
            "audit",
            """
            Finds rows that stand twice: the nearest training row of every test row, and the nearest other test row, by cosine.

            Writes pairs.parquet, pairs.csv, rejects.parquet, report.html (open it in a browser: it shows the pairs and takes judgements) and, last, audit.json. A pair inside the test split is listed once.
            The same rows give the same pairs, whatever the threads, the memory or the order of the shards.

            Examples:
              scorer audit --train pool/train --test pool/test --out audited
              scorer audit --train pool/train --test pool/test --image 28x28 --out audited
              scorer audit --train pool/train --test pool/test --model models/fashion --out audited --neighbours 3 --threshold 0.98
              scorer audit --train pool/train --test pool/test --out audited --threshold 0.98 --all-pairs
              scorer audit --within pool/train --out audited --threshold 0.98 --all-pairs
              scorer audit --within pool/train --out audited --approximate
            """)
        {
            train, test, within, output, column, model, neighbours, threshold, allPairs, approximate, recall, label, threads, memory, benchmark, onBadRows, ReportCommand.Pairs, ReportCommand.Image,
        }
        .Runs((parse, context) => RunAsync(
            Splits(parse.GetValue(train) ?? [], parse.GetValue(test) ?? [], parse.GetValue(within) ?? [], parse.GetRequiredValue(output)) with
            {
                Column = parse.GetValue(column),
                Model = parse.GetValue(model),
                Neighbours = parse.GetValue(neighbours),
                Threshold = parse.GetValue(threshold),
                AllPairs = parse.GetValue(allPairs),
                Approximate = parse.GetValue(approximate),
                Recall = parse.GetValue(recall),
                LabelColumn = parse.GetValue(label),
                Threads = parse.GetValue(threads),
                VectorMegabytes = parse.GetValue(memory),
                Benchmark = parse.GetValue(benchmark),
                OnBadRows = parse.GetValue(onBadRows),
                Page = ReportCommand.PageOf(parse),
            },
            context));
    }

    private static AuditOptions Splits(string[] train, string[] test, string[] within, string output) => (train, test, within) switch
    {
        ([_, ..], [_, ..], []) => new AuditOptions(train, test, output),
        ([], [], [_, ..]) => new AuditOptions([], within, output),
        _ => throw new UsageException("expected --train with --test, or --within alone: name two splits, or one that is compared with itself"),
    };

    private static async Task<int> RunAsync(AuditOptions options, CommandContext context)
    {
        var summary = await AuditRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary));
        return summary.Rejected == 0 || options.OnBadRows == BadRows.Reject
            ? ExitCode.Success
            : throw new DataException($"{summary.Rejected} of {summary.TrainRows + summary.TestRows} rows were rejected, the others were audited: see {Path.Combine(summary.Out, "rejects.parquet")}, or accept them with --on-bad-rows reject");
    }

    private static IEnumerable<string> Lines(AuditSummary summary)
    {
        if (summary.TrainRows > 0)
        {
            yield return Line("test against train", summary.TestTrain, summary.Threshold);
        }
        yield return Line(summary.TrainRows > 0 ? "inside test" : "inside the split", summary.TestTest, summary.Threshold);
        var page = new FileInfo(Path.Combine(summary.Out, ReportPage.FileName));
        yield return FormattableString.Invariant($"open {page.FullName} ({page.Length / 1e3:N0} kB) in a browser to judge the pairs");
        foreach (var (what, measured) in new[] { ("test against train", summary.Recall?.TestTrain), (summary.TrainRows > 0 ? "inside test" : "inside the split", summary.Recall?.TestTest) })
        {
            if (measured is { Recall: { } recall })
            {
                yield return FormattableString.Invariant($"approximate, {what}: {recall:P2} of {measured.Sampled:N0} nearest rows sought exactly are found (95 % interval {measured.Low:P2} to {measured.High:P2}), {measured.Probes:N0} of {measured.Cells:N0} cells probed");
            }
        }
        var speed = summary.Speed;
        yield return FormattableString.Invariant($"search: {speed.PairsCompared:N0} comparisons in {speed.SearchSeconds:N2} s, {speed.Gflops:N0} GFLOP/s")
            + (speed.Ratio is { } ratio ? FormattableString.Invariant($", {ratio:N2} of a plain large Gemm ({speed.PlainGemmGflops:N0} GFLOP/s)") : "");
    }

    private static string Line(string what, PairCounts counts, double? threshold) =>
        FormattableString.Invariant($"{what}: {counts.Listed:N0} pairs ")
        + (threshold is { } least ? FormattableString.Invariant($"of cosine {least} or more") : "listed, nearest first")
        + FormattableString.Invariant($", {counts.ListedExact:N0} byte-identical ({counts.TestRowsWithExactCopy:N0} test rows), labels agree in {counts.LabelsAgree:N0} of {counts.LabelsKnown:N0}");

    private static Option<string[]> Shards(string name, string description) =>
        new(name) { HelpName = "GLOB", AllowMultipleArgumentsPerToken = true, Description = description };
}

using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Novelty;

/// <summary><c>scorer novel</c></summary>
internal static class NovelCommand
{
    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string[]> Labels = new("--labels") { Description = "Label files, as 'trainer train' reads them.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the outputs.", Required = true, HelpName = "DIR" };

    private static readonly Option<string?> Model = new("--model") { Description = "Compare rows by this model's embedding; by default by a --column.", HelpName = "DIR|FILE.onnx" };

    private static readonly Option<string?> Column = new("--column") { Description = "Compare rows by this vector column of the pool. Default: features, or the only one.", HelpName = "NAME" };

    private static readonly Option<int?> Clusters = new("--clusters") { Description = "How many clusters; by default one for every 8 labels, 500 at most.", HelpName = "K" };

    private static readonly Option<int> Candidates = new("--candidates")
    {
        Description = "The most rows without a label that the clusters are made of; the others join the nearest. Bounds the memory.",
        DefaultValueFactory = _ => NovelOptions.DefaultCandidates,
        HelpName = "N",
    };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides every draw.", DefaultValueFactory = _ => 0 };

    public static Command Create() => new Command(
        "novel",
        """
        Finds rows that may be of classes nobody has labelled: those of clusters with far fewer labels than chance would give.

        Rows are clustered by their embeddings (k-means). Chance labels each row with the same probability; a cluster's p is the chance that so few of
        its rows are labelled (hypergeometric, one-sided). Novel are those that Benjamini and Hochberg's procedure finds at 5 % and that have
        a third of the labels by chance, at most; they are then left out of what chance is measured by, until no more are found.
        Labels that were asked for by a score are no even draw: a cluster may be short of labels because the model was sure of it.

        Writes novel.parquet and .csv (rows without a label of novel clusters, cluster by cluster: order, id, shard, row, cluster, share,
        expected, p, distance), clusters.parquet and .csv (all clusters, with their most frequent label) and, last, novel.json.
        The same rows, labels and seed give the same bytes, whatever the order of the shards.

        Examples:
          scorer novel --pool pool --labels labels.csv --out novel
          scorer novel --model models/fashion --pool pool --labels models/fashion/labels/labels.csv --out novel
          scorer tasks --rows novel/novel.csv --pool pool --top 100 --out tasks
        """)
    {
        Options = { Model, Pool, Labels, Out, Column, Clusters, Candidates, Seed },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new NovelOptions(parse.GetRequiredValue(Pool), parse.GetRequiredValue(Labels), parse.GetRequiredValue(Out))
        {
            Model = parse.GetValue(Model),
            Column = parse.GetValue(Column),
            Clusters = parse.GetValue(Clusters),
            Candidates = parse.GetValue(Candidates),
            Seed = parse.GetValue(Seed),
        };
        var summary = await NovelRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, Lines(summary, options));
        return ExitCode.Success;
    }, Pool, Labels, Model, Out);

    private static IEnumerable<string> Lines(NovelSummary summary, NovelOptions options)
    {
        if (summary.Elsewhere > 0)
        {
            yield return FormattableString.Invariant($"{summary.Elsewhere:N0} labels are of rows that the pool does not have, or that cannot be used");
        }
        if (summary.NovelClusters == 0)
        {
            yield return FormattableString.Invariant($"no cluster of {summary.Clusters:N0} has far fewer labels than the {summary.Expected:P2} that chance would give: {summary.ClustersCsv}");
            yield break;
        }
        yield return FormattableString.Invariant($"{summary.NovelRows:N0} of {summary.PoolRows:N0} rows are in {summary.NovelClusters:N0} of {summary.Clusters:N0} clusters that have far fewer labels than the {summary.Expected:P2} that chance would give, and may be of classes that nobody labelled: {summary.NovelCsv}");
        yield return NextCommand.Line("scorer", ["show", "--rows", summary.NovelCsv, .. NextCommand.Option("--pool", options.Pool), "--out", "novel.html", .. RowOptions.Given]);
    }
}

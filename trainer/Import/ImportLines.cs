using System.Globalization;
using ParquetPool.Commands;

namespace ParquetPool.Trainer.Import;

/// <summary>What a reader should know of an import.</summary>
internal static class ImportLines
{
    private const string Test = "test";
    private const int LeastSide = 16;
    private static readonly string[] NoTasks = ["train", Test, "pool"];

    public static IEnumerable<string> Of(ImportSummary summary, ImportOptions options)
    {
        yield return FormattableString.Invariant($"{summary.Rows:N0} rows of {(summary.Image is { } image ? $"pictures of {image}" : $"{summary.Width:N0} numbers")} are in {(summary.Shards == 1 ? "1 shard" : $"{summary.Shards} shards")} in {options.Shards.Out}: ")
            + (summary.Classes is { } classes ? FormattableString.Invariant($"{classes} classes in the column label") : "without labels");
        if (summary.Splits is { Count: > 1 } splits)
        {
            yield return $"the column split says which rows are of {string.Join(", ", splits)}: first see what stands in several";
        }
        if (summary.Tokens is { } tokens)
        {
            yield return FormattableString.Invariant($"{tokens.Width} token ids a row are in the column tokens, of {tokens.Count:N0} of {tokens.Vocabulary}: {100 * tokens.Unknown:F1} % of the texts' tokens are not in the vocabulary");
        }
        if (summary.Labels is { } labels)
        {
            yield return FormattableString.Invariant($"{options.LabelFile.Path} has the {(options.LabelFile.Sample is null ? $"first {labels:N0} labels" : $"{labels:N0} labels of rows drawn evenly")}, as if a team had given them");
        }
        yield return Next(summary, options);
    }

    /// <summary>Whether the preset takes pictures of the shape: channel by channel, and not too small for its pools.</summary>
    private static bool IsForCnn(string image) =>
        image.Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture)).ToArray() is [>= LeastSide, >= LeastSide] or [1 or 3, >= LeastSide, >= LeastSide];

    private static string Next(ImportSummary summary, ImportOptions options)
    {
        if (summary.Splits is { Count: > 1 })
        {
            return NextCommand.Line("scorer", "audit", "--pool", options.Shards.Out, "--split-column", "split", "--out", "audited");
        }
        if (options.Shards.Split == Test)
        {
            return NextCommand.Line("scorer", "audit", "--within", options.Shards.Out, "--out", "audited");
        }
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Shards.Out));
        var task = NoTasks.Contains(folder) || folder.Length == 0 || !folder.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? "first" : folder;
        return summary.Classes is not null ? NextCommand.Line(
                "trainer",
                [
                    "train", "--task", task, "--pool", options.Shards.Out, .. summary.Labels is null ? ["--label-column", "label"] : new[] { "--labels", options.LabelFile.Path! },
                    .. summary.Tokens is not null ? ["--network", "awd-lstm"] : summary.EmbeddingWidth is null ? Array.Empty<string>() : ["--features", "embedding"],
                    .. summary.Tokens is null && summary.EmbeddingWidth is null && summary.Image is { } image && IsForCnn(image) ? ["--network", "cnn"] : Array.Empty<string>(),
                ])
            : NextCommand.Line("scorer", "select", "--pool", options.Shards.Out, "--top", "100", "--strategy", "typiclust", "--column", "features", "--out", "query");
    }
}

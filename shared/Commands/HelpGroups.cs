using System.CommandLine;

namespace ParquetPool.Commands;

/// <summary>Under which title the options of both programs stand in the help of a command.</summary>
internal static class HelpGroups
{
    private const string Last = "All commands";

    /// <summary>An option is under the first title that has its name, of those whose mark the command has among its options; null marks any.</summary>
    private static readonly (string Title, string? Mark, string[] Names)[] Titles =
    [
        ("Splits", "--within", ["--train", "--test", "--within", "--pool", "--split-column", "--labelled"]),
        ("What is compared", "--within", ["--column", "--model", "--pixels", "--views", "--best-view", "--image", "--label-column", "--text-column"]),
        ("Which pairs are listed", "--within", ["--neighbours", "--overlap", "--all-pairs", "--threshold", "--precision", "--recall", "--approximate", "--index", "--seed", "--report-pairs"]),
        ("Where rows come from", "--idx", ["--idx", "--idx-labels", "--npy", "--npz", "--safetensors", "--arrow", "--vectors", "--ids", "--csv", "--texts", "--label-column", "--text-column", "--text-width", "--text-grams", "--encoder", "--tokens", "--vocabulary", "--max-tokens", "--skip-column"]),
        ("Pictures", "--images", ["--images", "--image-column", "--image-size", "--colour", "--fit", "--issue"]),
        ("What the shards remember", "--idx", ["--class-names", "--image"]),
        ("A label file of some rows", "--idx", ["--labels-out", "--first", "--sample", "--seed"]),
        ("The model and its committee", "--masks", ["--passes", "--seed", "--masks", "--probabilities", "--features", "--output", "--output-kind"]),
        ("What is ranked", "--masks", ["--rank-by", "--top", "--exclude"]),
        ("Which labels count", "--asked", ["--labels", "--asked", "--hierarchy", "--classes", "--new-classes", "--annotators", "--control"]),
        ("When a round is made", "--asked", ["--min-new-labels", "--min-gain", "--publish-worse", "--quiet-period", "--force"]),
        ("The network and how it learns", "--schedule",
        [
            "--network", "--members", "--learning-loss", "--shaping-epochs", "--dropout", "--seed", "--validation", "--epochs", "--epochs-per-round", "--freeze-batch-norm", "--from-scratch", "--learning-rate", "--batch-rows", "--batch",
            "--class-weights", "--optimiser", "--schedule", "--clip", "--ema", "--label-smoothing", "--focal", "--sampler", "--alpha", "--min-effective", "--augment", "--no-flip", "--calibrate", "--mixed-precision", "--export",
        ]),
        ("What is taken away", "--compare", ["--units", "--rate", "--compare"]),
        ("The layers and what they learn by", "--anew", ["--from", "--network", "--units", "--steps", "--rows", "--augment", "--no-flip", "--random-classes", "--optimiser", "--ar", "--tar", "--random-windows", "--anew", "--seed"]),
        ("What belongs together", "--pairs", ["--loss", "--labels", "--label-column", "--pairs", "--negatives", "--network", "--units", "--learners", "--batch-rows", "--augment", "--no-flip", "--seeds"]),
        ("The grid", "--labels-per-run", ["--labels-per-run", "--starts", "--augment", "--learn", "--related-pool", "--seeds"]),
        ("The network and how it learns", "--labels-per-run", ["--network", "--no-flip", "--pretrain-steps", "--epochs", "--learning-rate", "--batch-rows"]),
        ("Learning from rows without labels", "--learn", ["--unlabelled", "--learn", "--student-rounds", "--mixup", "--hidden-classes", "--hidden-labels", "--unlabelled-rows"]),
        ("Starting from a given model", "--head", ["--from", "--head", "--head-on", "--freeze", "--unfreeze", "--learning-rate-from"]),
        ("Speed and memory", null, ["--threads", "--batch-rows", "--device", "--partition", "--candidates", "--vector-megabytes", "--benchmark"]),
        ("Reading rows", null, ["--id", "--blob-type", "--image-size", "--encoder"]),
        (Last, null, ["--force", "--help", "--version", "--quiet", "--cache", "--cache-megabytes"]),
    ];

    /// <summary>The options of a command under their titles: the required ones first, then those without a title of their own.</summary>
    public static IEnumerable<(string Title, IReadOnlyList<Option> Options)> Of(Command command)
    {
        List<Option> options = [.. OptionWords.Of(command).Where(option => !option.Hidden)];
        var titles = Titles.Where(of => of.Mark is null || options.Exists(option => option.Name == of.Mark)).ToList();
        string TitleOf(Option option) => option.Required ? "Required" : titles.Find(of => of.Names.Contains(option.Name)).Title ?? "Options";
        var found = options.ToLookup(TitleOf);
        return titles.Select(of => of.Title).Prepend("Options").Prepend("Required").Where(found.Contains).Select(title => (title, (IReadOnlyList<Option>)[.. found[title]]));
    }
}

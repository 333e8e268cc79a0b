using System.CommandLine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Outputs;

/// <summary>Which options of both programs name what is read, and which what is written.</summary>
public static class PathOptions
{
    private const string Out = "--out";
    private const string LabelsOut = "--labels-out";
    private const string Models = "--models";
    private const string State = "--state";
    private const string Page = "--page";
    private const string Audit = "--audit";
    private const string Encoder = "--encoder"; // Some of its values are names.
    private const string Starts = "--starts";
    private const string Related = "related:";

    private static readonly HashSet<string> Inputs =
    [
        "--pool", "--unlabelled", "--hidden-labels", "--from", "--train", "--test", "--within", "--labelled", "--clean", "--replace-from", "--copy-files", "--model", "--network", "--scores", "--rows", "--removed", "--exclude", "--targets", "--coverage", "--hierarchy", "--labels", "--preferences", "--asked",
        Audit, "--spare-audit", "--judgements", "--idx", "--idx-labels", "--csv", "--texts", "--tokens", "--npy", "--images", "--npz", "--safetensors", "--arrow", "--ids", "--class-names", "--jobs", "--token-file", "--cluster", Starts, "--related-pool", "--pairs",
    ];

    /// <summary>Whether a command writes files that an option names.</summary>
    public static bool Writes(Command command) => command.Options.Any(option => option.Name is Out or Models or State) || IsInPlace(command);

    /// <summary>Whether the values of an option are paths.</summary>
    public static bool IsPath(string option) => Inputs.Contains(option) || option is Out or Models or State or Page or "--index";

    /// <summary>Looks whether the object stores of all addresses are known, before anything costly is done.</summary>
    /// <exception cref="UsageException">Nothing says where one is.</exception>
    public static void RequireStores(ParseResult parse)
    {
        foreach (var address in parse.CommandResult.Command.Options.Where(option => IsPath(option.Name)).SelectMany(option => Values(parse, option)).Where(StorageAddress.IsRemote))
        {
            _ = ObjectStore.Of(StorageAddress.Parse(address));
        }
    }

    /// <exception cref="UsageException">An output is, contains or lies among an input.</exception>
    public static void RequireApart(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        List<(string Name, string Value)> given = [.. command.Options.SelectMany(option => Values(parse, option).Select(value => (option.Name, value)))];
        List<Place> outputs = [.. given.SelectMany(of => OutputsOf(command, of.Name, of.Value, given))];
        OutputRule.RequireOwn(outputs);
        OutputRule.Require(
            outputs,
            [.. given.Where(of => (Inputs.Contains(of.Name) || (of.Name == "--image" && command.Name == "find") || (of.Name == Encoder && of.Value.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))) && !(of.Name == Audit && IsInPlace(command))).Select(of => new Place(of.Name, of.Name == "--model" ? WithoutWeight(of.Value) : of.Value))]);
        OutputRule.RequireFolders(outputs, command.Options.Any(option => option is { Name: Out, HelpName: "DIR" }) ? [Out] : []);
    }

    /// <summary>Whether a command adds to the folder of the audit that it reads.</summary>
    private static bool IsInPlace(Command command) => command.Name is "judge" or "report" && command.Options.Any(option => option.Name == Audit);

    private static IEnumerable<Place> OutputsOf(Command command, string option, string value, IEnumerable<(string Name, string Value)> given) => option switch
    {
        Out when command.Name == "tasks" && value.EndsWith(".json", StringComparison.Ordinal) => [new(option, value), new(option, Path.ChangeExtension(value, ".xml"))],
        Out when command.Name == "show" && !value.EndsWith(".html", StringComparison.Ordinal) => [Below(option, value, "show.html")],
        Out or Page or "--index" or LabelsOut => [new(option, value)],
        Models when given.FirstOrDefault(of => of.Name == "--task").Value is { } task =>
            command.Name is "round" or "serve" ? [Below(option, value, task, "round-"), Below(option, value, task, "labels")] : [Below(option, value, task, "round-")],
        State => [Below(option, value, "runs"), Below(option, value, "schedule.json"), Below(option, value, "lock")],
        Audit when IsInPlace(command) => command.Name == "judge"
            ? [Below(option, value, "judgements.parquet"), Below(option, value, "judgements.csv")]
            : [Below(option, value, "report.html")],
        _ => [],
    };

    private static Place Below(string option, string folder, params string[] names) => new(option, names.Aggregate(folder, StorageAddress.Join));

    private static IEnumerable<string> Values(ParseResult parse, Option option) => (option switch
    {
        Option<string> { Name: Starts } starts => (parse.GetValue(starts) ?? "").Split(',', StringSplitOptions.TrimEntries).Where(start => start.StartsWith(Related, StringComparison.Ordinal)).Select(start => start[Related.Length..]),
        Option<string> one => parse.GetValue(one) is { } value ? [value] : [],
        Option<string[]> many => parse.GetValue(many) ?? [],
        _ => Array.Empty<string>(),
    }).Where(value => value.Length > 0);

    /// <summary>The path of <c>PATH:WEIGHT</c>.</summary>
    internal static string WithoutWeight(string model) =>
        !StorageAddress.IsRemote(model) && !Path.Exists(model) && model.LastIndexOf(':') is > 0 and var colon ? model[..colon] : model;
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>Reads the options of a job and lets the command itself judge them.</summary>
internal sealed class OptionReader(JsonMembers options, List<Mistake> mistakes)
{
    private static readonly Dictionary<string, (Command Command, Action<ParseResult> Check)> Commands = new()
    {
        ["score"] = (ScoreCommand.Create(), parse => ScoreRun.Check(ScoreCommand.OptionsOf(parse))),
        ["select"] = (SelectCommand.Create(), SelectCommand.Check),
        ["audit"] = (AuditCommand.Create(), parse => AuditInputs.Check(AuditCommand.OptionsOf(parse))),
        ["show"] = (ShowCommand.Create(), parse => ShowCommand.OptionsOf(parse).Check()),
        ["tasks"] = (TasksCommand.Create(), parse => TasksRun.Check(TasksCommand.OptionsOf(parse))),
    };

    /// <summary>What must exist when a job runs, by option.</summary>
    private static readonly Dictionary<string, Func<string, bool>> Existing = new()
    {
        ["--model"] = path => Path.Exists(path) || path.LastIndexOf(':') is > 0 and var weight && Path.Exists(path[..weight]),
        ["--pool"] = HasShards,
        ["--train"] = HasShards,
        ["--test"] = HasShards,
        ["--within"] = HasShards,
        ["--scores"] = Directory.Exists,
        ["--rows"] = File.Exists,
        ["--exclude"] = File.Exists,
        ["--labelled"] = File.Exists,
    };

    /// <summary>The options as a command line has them; null where they cannot be used.</summary>
    /// <param name="place">Where the command's name stands.</param>
    /// <param name="awaited">Whether a full path need not exist yet.</param>
    /// <param name="folder">In which relative paths start.</param>
    public IReadOnlyList<JobOption>? Read(string name, PlacedJson place, Func<string, bool> awaited, string folder)
    {
        if (!Commands.TryGetValue(name, out var known))
        {
            mistakes.Add(place.Wrong($"'{name}' is no command of a job, expected one of {string.Join(", ", Commands.Keys)}"));
            return null;
        }
        var before = mistakes.Count;
        var read = new List<JobOption>();
        foreach (var key in options.Names)
        {
            if (known.Command.Options.Any(option => option.Name == "--" + key))
            {
                read.Add(new JobOption("--" + key, Values(key)));
            }
            else
            {
                mistakes.Add(options.PlaceOf(key).Wrong($"'{key}' is no option of {name}, expected one of {string.Join(", ", known.Command.Options.Select(o => o.Name[2..]))}"));
            }
        }
        if (mistakes.Count == before)
        {
            Judge(known.Command, known.Check, read, folder);
        }
        Require(read, awaited, folder);
        return mistakes.Count == before ? read : null;
    }

    private static bool HasShards(string pattern) => ShardSet.Files(pattern).Any();

    private IReadOnlyList<string> Values(string key)
    {
        var value = options[key]!;
        IReadOnlyList<PlacedJson> items = value.Kind == JsonValueKind.Array ? value.Items : [value];
        foreach (var wrong in items.Where(item => item.Kind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
        {
            mistakes.Add(wrong.Wrong($"'{key}' is {JsonMembers.Kind(wrong)}, expected text, a number, true or a list of them"));
        }
        return value.Kind == JsonValueKind.True ? [] : [.. items.Select(item => item.Text)];
    }

    private void Judge(Command command, Action<ParseResult> check, List<JobOption> read, string folder)
    {
        var parse = command.Parse([.. read.SelectMany(option => option.Values.Prepend(option.Name))], CommandHost.Parsing);
        foreach (var error in parse.Errors)
        {
            var option = (error.SymbolResult as OptionResult)?.Option.Name;
            mistakes.Add(PlaceOf(option).Wrong(error.Message.TrimEnd('.')));
        }
        if (parse.Errors.Count > 0)
        {
            return;
        }
        try
        {
            check(parse);
            PathOptions.RequireApart(command.Parse([.. read.SelectMany(option => Placed(option, folder))], CommandHost.Parsing));
        }
        catch (UsageException e)
        {
            mistakes.Add(PlaceOf(e.Options.FirstOrDefault(named => read.Any(option => option.Name == named))).Wrong(e.Message));
        }
    }

    /// <summary>An option with full paths. The outputs of other jobs lie where nothing else does.</summary>
    private static IEnumerable<string> Placed(JobOption option, string folder) =>
        option.Values.Select(value => !PathOptions.IsPath(option.Name) || value.Length == 0 || StorageAddress.IsRemote(value) ? value : Path.GetFullPath(JobOption.JobIn(value) is null ? value : "/" + value, folder)).Prepend(option.Name);

    private PlacedJson PlaceOf(string? option) => (option is null ? null : options[option[2..]]) ?? options.Place;

    private void Require(List<JobOption> read, Func<string, bool> awaited, string folder)
    {
        foreach (var option in read.Where(option => Existing.ContainsKey(option.Name)))
        {
            foreach (var value in option.Values.Where(value => value.Length > 0 && JobOption.JobIn(value) is null))
            {
                if (StorageAddress.IsRemote(value))
                {
                    RequireAddress(option.Name, value);
                    continue;
                }
                var path = Path.GetFullPath(value, folder);
                if (!awaited(path) && !Existing[option.Name](path))
                {
                    mistakes.Add(PlaceOf(option.Name).Wrong($"{option.Name} {value}: nothing is there ({path}): check the path; relative ones start at the jobs file"));
                }
            }
        }
    }

    /// <summary>Whether something is there is not asked: a store may be away while a jobs file is checked.</summary>
    private void RequireAddress(string option, string value)
    {
        try
        {
            StorageAddress.Parse(value);
        }
        catch (UsageException e)
        {
            mistakes.Add(PlaceOf(option).Wrong($"{option} {e.Message}"));
        }
    }
}

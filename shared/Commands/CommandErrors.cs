using System.CommandLine;
using System.Text.RegularExpressions;
using ParquetPool.Texts;

namespace ParquetPool.Commands;

/// <summary>What is wrong with a command line, all of it, in one line of plain words.</summary>
internal static partial class CommandErrors
{
    /// <summary>Names every mistake; for a command or an option that is none, the nearest that is.</summary>
    public static string Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        // An option that stands where another's value is expected is taken for it, and leaves its own behind.
        var unknown = parse.UnmatchedTokens.Where(token => token.StartsWith('-') || !GivenValues.IsAnyOption(parse.CommandResult)).Select(token => Unknown(token, command)).ToList();
        var missing = parse.Errors.Select(error => Missing().Match(error.Message)).Where(match => match.Success).Select(match => match.Groups["option"].Value).ToList();
        var others = parse.Errors
            .Where(error => !Missing().IsMatch(error.Message))
            .Where(error => !parse.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Where(error => unknown.Count == 0 || command.Subcommands.Count == 0)
            .Select(error => Words(error.Message, command));
        return string.Join("; ", [.. unknown.Distinct(), .. missing.Count > 0 ? [Absent(missing)] : Array.Empty<string>(), .. others.Distinct()]);
    }

    /// <summary>Names what is no command, option or argument, and the nearest that is.</summary>
    public static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        var known = isOption ? OptionWords.Of(command).Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        var nearest = NearestName.Of(token, known, Math.Max(2, token.Length / 3));
        return nearest is null ? $"'{token}' is no {kind} of {command.Name}" : $"'{token}' is no {kind} of {command.Name}, the nearest is '{nearest}'";
    }

    private static string Absent(List<string> options) =>
        options is [var one] ? $"{one} is missing, which is required" : $"{string.Join(", ", options.SkipLast(1))} and {options[^1]} are missing, which are required";

    private static string Words(string message, Command command)
    {
        var text = message.ReplaceLineEndings(" ").TrimEnd('.');
        return Unparsed().Match(text) is { Success: true } match && OptionWords.Of(command).FirstOrDefault(o => o.Name == match.Groups["option"].Value) is { } option
            ? $"{option.Name} {match.Groups["value"].Value}: expected {OptionWords.Expected(option)}{(match.Groups["value"].Value.All(char.IsAsciiDigit) ? ", and none so large" : "")}"
            : Empty().Match(text) is { Success: true } empty && OptionWords.Of(command).FirstOrDefault(o => o.Name == empty.Groups["option"].Value) is { } bare ? $"{bare.Name}: nothing stands behind it, expected {OptionWords.Expected(bare)}"
            : text == "Required command was not provided" ? "expected a command" : text;
    }

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for option '(?<option>[^']*)' as expected type '[^']*'")]
    private static partial Regex Unparsed();

    [GeneratedRegex("^Option '(?<option>[^']*)' is required")]
    private static partial Regex Missing();

    [GeneratedRegex("^Required argument missing for option: '(?<option>[^']*)'")]
    private static partial Regex Empty();
}

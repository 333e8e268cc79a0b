using System.CommandLine;
using System.Text.RegularExpressions;

namespace ParquetPool.Commands;

/// <summary>What is wrong with a command line, all of it, in one line of plain words.</summary>
internal static partial class CommandErrors
{
    /// <summary>Names every mistake; for a command or an option that is none, the nearest that is.</summary>
    public static string Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var unknown = parse.UnmatchedTokens.Select(token => Unknown(token, command)).ToList();
        var others = parse.Errors
            .Where(error => !parse.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Where(error => unknown.Count == 0 || command.Subcommands.Count == 0)
            .Select(error => Words(error.Message, command));
        return string.Join("; ", unknown.Concat(others).Distinct());
    }

    private static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        var known = isOption ? OptionsOf(command).Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        var nearest = known.Select(name => (Name: name, Distance: Edits(token, name))).Where(n => n.Distance <= Math.Max(2, token.Length / 3)).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault().Name;
        return nearest is null ? $"'{token}' is no {kind} of {command.Name}" : $"'{token}' is no {kind} of {command.Name}, the nearest is '{nearest}'";
    }

    /// <summary>Those of the program too, which every command has.</summary>
    private static IEnumerable<Option> OptionsOf(Command command) => command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    private static string Words(string message, Command command)
    {
        var text = message.ReplaceLineEndings(" ").TrimEnd('.');
        return Unparsed().Match(text) is { Success: true } match && OptionsOf(command).FirstOrDefault(o => o.Name == match.Groups["option"].Value) is { } option
            ? $"{option.Name} {match.Groups["value"].Value}: expected {Expected(option)}"
            : text == "Required command was not provided" ? "expected a command" : text;
    }

    private static string Expected(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type switch
        {
            { IsEnum: true } => "one of " + string.Join(", ", option.HelpName?.Contains('|', StringComparison.Ordinal) == true ? option.HelpName.Split('|') : Enum.GetNames(type).Select(name => Hyphens().Replace(name, "-").ToLowerInvariant())),
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(uint) || type == typeof(ulong) => "a whole number from 0 on",
            _ when type == typeof(float) || type == typeof(double) => "a number",
            _ when type == typeof(bool) => "true or false, or nothing behind it",
            _ => option.HelpName ?? "another value",
        };
    }

    /// <summary>Levenshtein's distance: letters added, left out or changed.</summary>
    private static int Edits(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }
        return row[^1];
    }

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for option '(?<option>[^']*)' as expected type '[^']*'")]
    private static partial Regex Unparsed();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hyphens();
}

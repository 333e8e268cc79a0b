using System.CommandLine;
using System.Text.RegularExpressions;
using ParquetPool.Storage;

namespace ParquetPool.Commands;

/// <summary>A command line for a reader to copy into a shell.</summary>
public static partial class NextCommand
{
    /// <summary>More values of an option are told by a glob.</summary>
    private const int MostValues = 2;

    /// <summary>Set by the launcher, whose one name stands for both programs.</summary>
    public const string LauncherVariable = "PARQUETPOOL_LAUNCHER";

    /// <summary>The line <c>next: scorer select --scores scored</c>.</summary>
    /// <param name="program">Such as <c>scorer</c>.</param>
    /// <param name="words">As the program gets them.</param>
    public static string Line(string program, params IEnumerable<string> words) =>
        $"next: {Program(program)} {string.Join(' ', words.Select(Quoted))}";

    /// <summary>What one types in a program's place.</summary>
    public static string Program(string name) => Environment.GetEnvironmentVariable(LauncherVariable) ?? name;

    /// <summary>The command that was given, with an option changed or added.</summary>
    public static string Again(ParseResult parse, string option, string value)
    {
        var words = parse.Tokens.Select(token => token.Value).ToList();
        if (words.IndexOf(option) is >= 0 and var at && at + 1 < words.Count)
        {
            words.RemoveRange(at, 2);
        }
        return Line(parse.RootCommandResult.Command.Name, [.. words, option, value]);
    }

    /// <summary>The words of an option; none where it has no values. Many files that a shell made of a glob are told by one.</summary>
    public static IEnumerable<string> Option(string name, params IReadOnlyList<string> values) => values.Count == 0 ? [] : [name, .. values.Count > MostValues ? Glob(values) : values];

    /// <summary>A full path as one would type it here: below the current folder without that.</summary>
    public static string Near(string path)
    {
        var near = StorageAddress.IsRemote(path) ? path : StorageAddress.WithSlashes(Path.GetRelativePath(Environment.CurrentDirectory, path));
        return near.StartsWith("..", StringComparison.Ordinal) ? path : near;
    }

    private static IReadOnlyList<string> Glob(IReadOnlyList<string> values)
    {
        var start = values[0];
        var end = values[0];
        foreach (var value in values)
        {
            start = start[..start.AsSpan().CommonPrefixLength(value)];
            end = string.Concat(end.Reverse().Zip(value.Reverse()).TakeWhile(c => c.First == c.Second).Select(c => c.First).Reverse());
        }
        var (folder, extension) = (start.LastIndexOf('/') + 1, end.LastIndexOf('.'));
        return extension >= 0 && values.All(value => !value[folder..].Contains('/')) ? [$"{start}*{end[extension..]}"] : values;
    }

    private static string Quoted(string word) =>
        Plain().IsMatch(word) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z0-9_./:=,+@%-]+$")]
    private static partial Regex Plain();
}

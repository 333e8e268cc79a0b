using System.CommandLine;
using System.CommandLine.Invocation;

namespace ParquetPool.Commands;

/// <summary>What <c>--help</c> prints: description, usage, commands, and the options by <see cref="HelpGroups"/>.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const string Indent = "  ";
    private const int Gap = 2;

    /// <summary>Whoever asks for help need not have said what is required.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(60, Console.WindowWidth);
        Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output, width);
        return ExitCode.Success;
    }

    /// <summary>Prints the page of a command.</summary>
    /// <param name="width">Longer lines are broken between words.</param>
    internal static void Write(Command command, TextWriter output, int width)
    {
        output.WriteLine("Description:");
        foreach (var line in (command.Description ?? "").ReplaceLineEndings("\n").Split('\n'))
        {
            WriteBroken(output, Indent, line, width);
        }
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"{Indent}{Usage(command)}");
        WriteTable(output, "Arguments:", [.. command.Arguments.Select(argument => ($"<{argument.HelpName ?? argument.Name}>", argument.Description ?? ""))], width);
        WriteTable(output, "Commands:", [.. command.Subcommands.Select(sub => (sub.Name, sub.Description ?? ""))], width);
        foreach (var (title, options) in HelpGroups.Of(command))
        {
            WriteTable(output, $"{title}:", [.. options.Select(option => (OptionWords.Label(option), OptionWords.Describe(option)))], width);
        }
    }

    private static string Usage(Command command) =>
        string.Join(' ', (string[])[.. Path(command), .. command.Arguments.Select(argument => $"<{argument.HelpName ?? argument.Name}>"), .. command.Subcommands.Count > 0 ? ["[command]"] : Array.Empty<string>(), "[options]"]);

    private static IEnumerable<string> Path(Command command) => command.Parents.OfType<Command>().SelectMany(Path).Append(command.Name);

    private static void WriteTable(TextWriter output, string title, IReadOnlyList<(string Label, string Text)> rows, int width)
    {
        if (rows.Count == 0)
        {
            return;
        }
        var column = Math.Min(rows.Max(row => row.Label.Length), width / 2) + Gap;
        output.WriteLine();
        output.WriteLine(title);
        foreach (var (label, text) in rows)
        {
            var isLong = label.Length + Gap > column;
            if (isLong)
            {
                output.WriteLine($"{Indent}{label}");
            }
            WriteBroken(output, Indent + (isLong ? "" : label).PadRight(column), text, width);
        }
    }

    /// <summary>Lines behind the first stand under it.</summary>
    private static void WriteBroken(TextWriter output, string start, string text, int width)
    {
        var line = start;
        var isEmpty = true;
        foreach (var word in width == int.MaxValue || text.Length + start.Length <= width ? [text] : text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                output.WriteLine(line.TrimEnd());
                (line, isEmpty) = (new string(' ', start.Length), true);
            }
            line += isEmpty ? word : $" {word}";
            isEmpty = false;
        }
        output.WriteLine(line.TrimEnd());
    }
}

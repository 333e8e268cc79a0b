using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What README and the documents say is so: commands and options exist, figures are those that were recorded.</summary>
public sealed partial class ReadmeTests
{
    private readonly ConcurrentDictionary<string, Task<string>> helps = new();

    [Fact]
    public async Task EveryCommandAndOptionOfTheDocumentsExists()
    {
        var wrong = new List<string>();
        foreach (var document in Readme.Documents)
        {
            var text = await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken);
            foreach (var words in Readme.Commands(text).Concat(Readme.CommandsInSentences(text)))
            {
                var help = await HelpOf(words);
                wrong.AddRange(words.Where(word => OptionName().IsMatch(word)).Select(word => word.Split('=')[0]).Where(option => !Regex.IsMatch(help, $@"(?<![\w-]){option}(?![\w-])"))
                    .Select(option => $"{Path.GetFileName(document)}: {string.Join(' ', words)}: no option {option}"));
            }
        }

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void EveryFigureOfTheTableOfSpeedsWasRecorded()
    {
        var recorded = Recorded();
        var rows = Readme.Section("How fast").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();

        rows.Should().NotBeEmpty();
        foreach (var row in rows)
        {
            var (here, baseline, ratio) = (Figure(row[1]), Figure(row[2]), row[3]);
            recorded.Should().Contain(line => Figures(line).Contains(here) && Figures(line).Contains(baseline), string.Join(" | ", row));
            var (a, b) = (Number(here), Number(baseline));
            Math.Abs((row[1].EndsWith(" s", StringComparison.Ordinal) ? b / a : a / b) - Number(ratio)).Should().BeLessThan(0.06, string.Join(" | ", row));
        }
    }

    [Fact]
    public void EveryShareOfLabelsSavedWasRecorded()
    {
        var recorded = string.Join('\n', Recorded());

        foreach (Match saved in Saved().Matches(Readme.Text))
        {
            recorded.Should().Contain($"saves {saved.Groups[1].Value} % [{saved.Groups[2].Value}, {saved.Groups[3].Value}]");
        }
    }

    /// <summary>Rows of tables and whole paragraphs.</summary>
    private static IReadOnlyList<string> Recorded() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(RealData.Root(), "tests", "Benchmarks"), "*.md", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadAllText(file).Split("\n\n")).SelectMany(block => block.StartsWith('|') ? block.Split('\n') : [block.Replace('\n', ' ')]),
    ];

    /// <summary>The help of the command that a line names: one of the program's, or one of that command's own.</summary>
    private async Task<string> HelpOf(string[] words)
    {
        var names = words.Skip(1).TakeWhile(word => CommandName().IsMatch(word)).ToArray();
        var help = await Help(words[0], names[..Math.Min(1, names.Length)]);
        return names.Length > 1 && help.Contains("Commands:", StringComparison.Ordinal) ? await Help(words[0], names[..2]) : help;
    }

    private Task<string> Help(string program, string[] command) => helps.GetOrAdd($"{program} {string.Join(' ', command)}", async name =>
    {
        var help = await Tool.In(Path.GetTempPath(), program, [.. command, "--help"]);
        help.ExitCode.Should().Be(0, $"{name} is a command: {help.Error}");
        return help.Output;
    });

    /// <summary>The last figure of a cell, as it stands there.</summary>
    private static string Figure(string cell) => Figures(cell).Last();

    private static IEnumerable<string> Figures(string text) => FigureText().Matches(text).Select(match => match.Value);

    private static double Number(string figure) => double.Parse(figure, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("^--[a-z][a-z-]*(=|$)")]
    private static partial Regex OptionName();

    [GeneratedRegex("^[a-z]+$")]
    private static partial Regex CommandName();

    [GeneratedRegex(@"\d[\d,]*(?:\.\d+)?")]
    private static partial Regex FigureText();

    [GeneratedRegex(@"(\d+) % (?:fewer )?\[(\d+), (\d+)\]")]
    private static partial Regex Saved();
}

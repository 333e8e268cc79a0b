namespace ParquetPool.EndToEnd.Tests;

/// <summary>What <c>--help</c> says, word by word, in <c>Help/</c>; <c>UPDATE_SNAPSHOTS=1</c> in the environment of this test writes these files anew.</summary>
public sealed class HelpTests
{
    private static readonly string Folder = Path.Combine(RealData.Root(), "tests", "EndToEnd.Tests", "Help");
    private static readonly bool Updates = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    [Theory]
    [InlineData("trainer")]
    [InlineData("scorer")]
    public async Task TheHelpOfEveryCommandIsAsItStandsInItsFile(string program)
    {
        var pages = await PagesAsync(program, []);

        if (Updates)
        {
            Directory.CreateDirectory(Folder);
            foreach (var (name, text) in pages)
            {
                File.WriteAllText(Path.Combine(Folder, name), text);
            }
        }
        Directory.EnumerateFiles(Folder, $"{program}*.txt").Select(Path.GetFileName).Should().BeEquivalentTo(pages.Select(page => page.Name));
        foreach (var (name, text) in pages)
        {
            text.Should().Be(await File.ReadAllTextAsync(Path.Combine(Folder, name), TestContext.Current.CancellationToken), $"{name} says so; run this test with UPDATE_SNAPSHOTS=1 where it was meant to change");
        }
    }

    [Fact]
    public void EveryCommandExplainsItselfWithAnExampleThatNamesIt()
    {
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            var (text, command) = (File.ReadAllText(file), Path.GetFileNameWithoutExtension(file).Replace('-', ' '));

            text.Should().NotContain("System.").And.NotMatchRegex("(?m)^ +--[a-z-]+( <[^>]*>)? *$", "every option of {0} has a description", file);
            if (!text.Contains("\nCommands:\n", StringComparison.Ordinal))
            {
                text.Should().Contain("Example").And.Contain($"\n    {command}");
            }
        }
    }

    [Theory]
    [InlineData("trainer")]
    [InlineData("scorer")]
    public async Task AProgramWithoutACommandIsAUsageErrorAndHelpListsTheCommands(string program)
    {
        var run = program == "trainer" ? (Func<string[], Task<Tool.Result>>)Tool.Trainer : Tool.Scorer;

        (await run([])).ExitCode.Should().Be(2);
        (await run(["--help"]).Succeeds()).Output.Should().Contain("Commands:");
    }

    /// <summary>The page of a command and those of its own commands.</summary>
    private static async Task<IReadOnlyList<(string Name, string Text)>> PagesAsync(string program, string[] command)
    {
        var text = (await (program == "trainer" ? Tool.Trainer([.. command, "--help"]) : Tool.Scorer([.. command, "--help"])).Succeeds()).Output.ReplaceLineEndings("\n");
        var below = text.Split('\n').SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Trim().Split(' ')[0]);
        var pages = new List<(string, string)> { ($"{string.Join('-', command.Prepend(program))}.txt", text) };
        foreach (var sub in below)
        {
            pages.AddRange(await PagesAsync(program, [.. command, sub]));
        }
        return pages;
    }
}

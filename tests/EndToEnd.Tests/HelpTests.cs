namespace ParquetPool.EndToEnd.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("trainer", "import")]
    [InlineData("trainer", "train")]
    [InlineData("trainer", "round")]
    [InlineData("trainer", "serve")]
    [InlineData("trainer", "embed")]
    [InlineData("trainer", "demo")]
    [InlineData("scorer", "score")]
    [InlineData("scorer", "merge")]
    [InlineData("scorer", "select")]
    [InlineData("scorer", "tasks")]
    [InlineData("scorer", "show")]
    [InlineData("scorer", "pack")]
    [InlineData("scorer", "bench")]
    [InlineData("scorer", "audit")]
    [InlineData("scorer", "report")]
    [InlineData("scorer", "judge")]
    [InlineData("scorer", "purge")]
    [InlineData("scorer", "evaluate")]
    [InlineData("scorer", "inspect")]
    [InlineData("scorer", "serve")]
    public async Task EveryCommandExplainsItselfWithAnExampleThatNamesIt(string program, string command)
    {
        var help = await (program == "trainer" ? Tool.Trainer(command, "--help") : Tool.Scorer(command, "--help")).Succeeds();

        help.Output.Should().Contain("Example").And.Contain($"{program} {command}");
        var lines = help.Output.Split('\n').SkipWhile(l => l != "Options:").Skip(1).Where(l => l.TrimStart().StartsWith("--", StringComparison.Ordinal));
        lines.Should().OnlyContain(l => l.Trim().Contains("  ", StringComparison.Ordinal), "every option has a description");
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
}

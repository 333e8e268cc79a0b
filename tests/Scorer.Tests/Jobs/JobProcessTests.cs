using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>The command is the program of these tests, with an option that it does not know.</summary>
public sealed class JobProcessTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WhatACommandSaysIsReadWhereItCannotBeWritten()
    {
        Directory.CreateDirectory(folder.File("log"));

        var outcome = await RunAsync(folder.File("mark"), folder.File("log"));

        outcome.ExitCode.Should().NotBe(0);
        outcome.Message.Should().NotBeNullOrEmpty();
        File.Exists(folder.File("mark")).Should().BeFalse("it has ended");
    }

    [Fact]
    public async Task ACommandThatCannotBeMarkedDoesNotGoOn()
    {
        Directory.CreateDirectory(folder.File("mark"));

        var run = () => RunAsync(folder.File("mark"), folder.File("log"));

        (await run.Should().ThrowAsync<IOException>()).WithMessage("*mark cannot be written*");
        File.Exists(folder.File("log")).Should().BeFalse("it was ended before it said anything");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0")]
    [InlineData("123456789012345678901234567890 5 boot")]
    public async Task AMarkThatIsTornNamesNoProcessAndFailsNoRun(string mark)
    {
        File.WriteAllText(folder.File("mark"), mark);

        var outcome = await RunAsync(folder.File("mark"), folder.File("log"));

        outcome.Message.Should().NotBeNullOrEmpty("the command was begun, which does not know its option");
        File.Exists(folder.File("mark")).Should().BeFalse();
    }

    private Task<RunOutcome> RunAsync(string mark, string log) =>
        new JobProcess(TimeProvider.System, NullLogger.Instance).RunAsync(["-no-such-option"], folder.Root, mark, log, _ => { }, TestContext.Current.CancellationToken);
}

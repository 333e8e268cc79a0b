namespace ParquetPool.EndToEnd.Tests;

/// <summary>Damaged inputs of every kind are taken, or refused in one line: <c>tests/Fuzz</c>.</summary>
public class FuzzTests
{
    private const string MutantsOfEachKind = "5";

    [Fact]
    public async Task NoDamagedInputIsMetByAnythingUnexpected()
    {
        var run = await Tool.Fuzz("mutants", MutantsOfEachKind, "1");

        run.ExitCode.Should().Be(0, run.Error);
    }

    [Fact]
    public async Task WhatNothingDamagedIsTakenAndWhatWasFoundOnceStaysMended()
    {
        var run = await Tool.Fuzz("corpus");

        run.ExitCode.Should().Be(0, run.Error);
    }
}

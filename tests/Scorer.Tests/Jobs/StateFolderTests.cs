using System.Runtime.Versioning;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class StateFolderTests : IDisposable
{
    private static readonly DateTimeOffset Due = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void WhatAServiceKnowsIsItsUsersAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other rights there");
        var root = Path.Combine(folder.Root, "state");
        using (var state = StateFolder.Open(root))
        {
            var run = state.Save(new JobRun("nightly", StateFolder.IdAt(Due), "schedule", Due, folder.File(StateFolder.IdAt(Due))));
            state.SaveEnd(run with { State = RunState.Succeeded });
            state.SetLooked("nightly", Due);
            state.SetPaused("nightly", Due);
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        (File.GetUnixFileMode(root) & Others).Should().Be(UnixFileMode.None);
        (File.GetUnixFileMode(Path.Combine(root, "runs")) & Others).Should().Be(UnixFileMode.None);
        string[] told = [Path.Combine(root, "schedule.json"), .. Directory.EnumerateFiles(Path.Combine(root, "runs"), "*", SearchOption.AllDirectories)];
        told.Should().HaveCount(3);
        told.Should().OnlyContain(file => (File.GetUnixFileMode(file) & Others) == UnixFileMode.None);
    }

    [Fact]
    public void OneServiceAtATimeHasIt()
    {
        using var state = StateFolder.Open(folder.File("state"));

        FluentActions.Invoking(() => StateFolder.Open(folder.File("state"))).Should().Throw<IOException>().WithMessage("*another service*--state*");
    }
}

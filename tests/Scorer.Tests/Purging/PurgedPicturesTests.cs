using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Purging;

namespace ParquetPool.Scorer.Tests.Purging;

public sealed class PurgedPicturesTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheNextCommandNamesTheFoldersThatWereAudited()
    {
        for (var i = 0; i < 4; i++)
        {
            File.WriteAllBytes(folder.File("train", $"{i}.png"), MadePicture.Png(seed: i));
            File.WriteAllBytes(folder.File("test", $"{i}.png"), MadePicture.Png(seed: 10 * i));
            File.WriteAllBytes(folder.File("more", $"m{i}.png"), MadePicture.Png(seed: 5 + i));
        }
        string[] test = [folder.File("test", "x")[..^2], folder.File("more", "x")[..^2]];
        var (audit, purged) = (folder.File("audited", "x")[..^2], folder.File("purged", "x")[..^2]);

        (await Run(AuditCommand.Create(), ["audit", "--train", folder.File("train", "x")[..^2], "--test", .. test, "--column", "features", "--threshold", "0.999", "--all-pairs", "--encoder", "none", "--out", audit])).Should().Be(ExitCode.Success);
        (await Run(PurgeCommand.Create(), ["purge", "--audit", audit, "--threshold", "0.999", "--out", purged])).Should().Be(ExitCode.Success);

        PurgeCommand.LastSplit(audit).Should().Equal(test);
        File.ReadLines(Path.Combine(purged, "removed.csv")).Should().ContainMatch("test/0.png,*", "it is in both");
    }

    private Task<int> Run(Command command, string[] words) => CommandHost.InvokeAsync(new RootCommand { command }, [.. words, "--quiet", "--cache", folder.File("cache", "x")[..^2]]);
}

using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Tests.Audits;

namespace ParquetPool.Scorer.Tests.Purging;

public sealed class KeptPicturesTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task PicturesOfRowsThatStayAreCopiedAndTheirFolderIsAsItWas()
    {
        await AuditAsync("cat/1.jpg", "cat/2.jpg", "dog/an odd name, with 'signs'.jpg");

        var summary = await PurgeAsync(0.99);

        summary.Files.Should().Be(folder.PathOf("purged/files"));
        Copied().Should().Equal("cat/1.jpg", "dog/an odd name, with 'signs'.jpg");
        File.ReadAllText(folder.PathOf("purged/files/cat/1.jpg")).Should().Be("picture cat/1.jpg");
        Directory.EnumerateFiles(folder.PathOf("photos"), "*", SearchOption.AllDirectories).Should().HaveCount(3);

        await PurgeAsync(0.9999999);
        Copied().Should().Equal("cat/1.jpg", "cat/2.jpg", "dog/an odd name, with 'signs'.jpg");
        await PurgeAsync(0.99);
        Copied().Should().Equal("cat/1.jpg", "dog/an odd name, with 'signs'.jpg");
    }

    [Fact]
    public async Task NothingIsWrittenWhereAPictureIsMissingOrAnIdLeadsElsewhere()
    {
        await AuditAsync("cat/1.jpg", "cat/2.jpg", "dog/3.jpg");
        File.Delete(folder.PathOf("photos/dog/3.jpg"));

        await Fails<DataException>("*1 of 2 pictures that stay are not there, such as dog/3.jpg: give the folder that was imported*");

        await AuditAsync("cat/1.jpg", "cat/2.jpg", "../secret.jpg");
        await Fails<DataException>("row ../secret.jpg is named by no path of a file*");
        Directory.Exists(folder.PathOf("purged")).Should().BeFalse();
    }

    [Fact]
    public async Task AStrangeFileAmongTheCopiesIsNeitherTakenNorRemoved()
    {
        await AuditAsync("cat/1.jpg", "cat/2.jpg", "dog/3.jpg");
        Directory.CreateDirectory(folder.PathOf("purged/files"));
        File.WriteAllText(folder.PathOf("purged/files/mine.jpg"), "mine");

        await Fails<UsageException>("*mine.jpg is no picture that stays*");

        File.ReadAllText(folder.PathOf("purged/files/mine.jpg")).Should().Be("mine");
    }

    [Fact]
    public async Task CopiesAreNotLedElsewhereByALink()
    {
        await AuditAsync("cat/1.jpg", "cat/2.jpg", "dog/3.jpg");
        Directory.CreateDirectory(folder.PathOf("purged"));
        Directory.CreateDirectory(folder.PathOf("elsewhere"));
        Directory.CreateSymbolicLink(folder.PathOf("purged/files"), folder.PathOf("elsewhere"));

        await Fails<UsageException>("*files is a link, expected a folder of the output's own*");

        Directory.EnumerateFileSystemEntries(folder.PathOf("elsewhere")).Should().BeEmpty();
    }

    private IEnumerable<string> Copied() =>
        Directory.EnumerateFiles(folder.PathOf("purged/files"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.PathOf("purged/files"), file)).Order(StringComparer.Ordinal);

    /// <summary>Three pictures, of which the second doubles the first.</summary>
    private async Task AuditAsync(string first, string second, string third)
    {
        folder.Write("test", "a", [(first, [0, 0, 1], null), (second, [0, 0.01f, 1], null), (third, [0, 1, 0.4f], null)], labels: false);
        foreach (var id in new[] { first, second, third })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf($"photos/{id}"))!);
            File.WriteAllText(folder.PathOf($"photos/{id}"), $"picture {id}");
        }
        await AuditFolder.RunAsync(folder.Options with { Train = [], Test = [folder.Test] }, Stopping);
    }

    private Task<PurgeSummary> PurgeAsync(double threshold) => PurgeRun.ExecuteAsync(
        new PurgeOptions(folder.Out, folder.PathOf("purged")) { Threshold = threshold, CopyFiles = folder.PathOf("photos") },
        new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping));

    private async Task Fails<T>(string message)
        where T : Exception
    {
        var purge = () => PurgeAsync(0.99);
        await purge.Should().ThrowAsync<T>().WithMessage(message);
    }
}

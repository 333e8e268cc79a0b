using System.Diagnostics;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Storage;

public sealed class WrittenFilesTests : IDisposable
{
    private readonly TestFolder folder = new();

    [Fact]
    public void What_was_there_before_is_somebody_elses()
    {
        File.WriteAllText(folder.File("out", "ranked.csv"), "mine");

        Claiming("ranked.csv").Should().Throw<UsageException>().WithMessage("*out/ranked.csv is there and was not written by this program*--force*");

        File.ReadAllText(folder.File("out", "ranked.csv")).Should().Be("mine");
        Directory.EnumerateFiles(folder.File("out")).Should().ContainSingle();
    }

    [Fact]
    public void What_was_written_may_be_written_again_also_after_a_kill()
    {
        Claiming("a", "sub/b").Should().NotThrow();
        File.WriteAllText(folder.File("out", "a"), "half");

        Claiming("a", "sub/b").Should().NotThrow();
    }

    [Fact]
    public void A_file_that_came_since_is_somebody_elses()
    {
        WrittenFiles.Claim(folder.File("out"), ["a"]).Complete();
        File.WriteAllText(folder.File("out", "b"), "mine");

        Claiming("a", "b").Should().Throw<UsageException>().WithMessage("*out/b is there*");
    }

    [Fact]
    public void A_folder_of_the_output_that_is_a_link_is_refused()
    {
        Directory.CreateDirectory(folder.File("pool"));
        Directory.CreateDirectory(folder.File("out"));
        Directory.CreateSymbolicLink(folder.File("out", "scores"), folder.File("pool"));

        Claiming("scores/a.parquet").Should().Throw<UsageException>().WithMessage("*out/scores is a link*");
    }

    [Fact]
    public async Task The_list_is_one_that_sha256sum_reads()
    {
        var written = WrittenFiles.Claim(folder.File("out"), ["a", "sub/with blank", "new\nline", "never made"]);
        foreach (var name in new[] { "a", "sub/with blank", "new\nline" })
        {
            File.WriteAllText(folder.File("out", name), name);
        }
        written.Complete();

        (await Sha256Sum()).Should().Be(0);
        File.WriteAllText(folder.File("out", "a"), "other");
        (await Sha256Sum()).Should().Be(1);
        WrittenFiles.Read(folder.File("out")).Hashes.Keys.Should().Equal("a", "new\nline", "sub/with blank");
    }

    [Fact]
    public void A_link_with_a_temporary_name_is_never_written_through()
    {
        File.WriteAllText(folder.File("victim"), "mine");
        File.CreateSymbolicLink(TemporaryFile.NameOf(folder.File("out", "a")), folder.File("victim"));

        FluentActions.Invoking(() => TemporaryFile.Create(folder.File("out", "a"))).Should().Throw<IOException>();

        File.ReadAllText(folder.File("victim")).Should().Be("mine");
    }

    public void Dispose() => folder.Dispose();

    private Action Claiming(params string[] names) => () => WrittenFiles.Claim(Path.Combine(folder.Root, "out"), names);

    private async Task<int> Sha256Sum()
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--strict", "--status", WrittenFiles.FileName]) { WorkingDirectory = folder.File("out") })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}

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

    [Theory]
    [InlineData("labels.csv")]
    [InlineData("tasks.xml")]
    public void A_table_that_somebody_changed_is_theirs(string name)
    {
        var written = WrittenFiles.Claim(folder.File("out"), [name]);
        File.WriteAllText(folder.File("out", name), "ours");
        written.Complete();
        Claiming(name).Should().NotThrow();
        WrittenFiles.Claim(folder.File("out"), [name]).Complete();
        File.AppendAllText(folder.File("out", name), ", corrected by hand");

        Claiming(name).Should().Throw<UsageException>().WithMessage($"*out/{name} was changed since this program wrote it*--force*");

        File.ReadAllText(folder.File("out", name)).Should().Be("ours, corrected by hand");
    }

    [Fact]
    public void What_a_run_was_killed_at_is_made_again_whatever_stands_there()
    {
        WrittenFiles.Claim(folder.File("out"), ["a.csv"]);
        File.WriteAllText(folder.File("out", "a.csv"), "half");

        Claiming("a.csv").Should().NotThrow();
    }

    [Fact]
    public void A_link_in_the_place_of_an_output_is_somebody_elses_and_never_written_through()
    {
        File.WriteAllText(folder.File("victim"), "mine");
        File.CreateSymbolicLink(folder.File("out", "a"), folder.File("victim"));
        Claiming("a").Should().Throw<UsageException>().WithMessage("*out/a is there*");

        WholeFile.Write(folder.File("out", "a"), "ours"u8.ToArray());

        File.ReadAllText(folder.File("victim")).Should().Be("mine");
        new FileInfo(folder.File("out", "a")).LinkTarget.Should().BeNull();
    }

    [Fact]
    public void A_link_to_nowhere_in_the_place_of_an_output_is_somebody_elses()
    {
        File.CreateSymbolicLink(folder.File("out", "a"), folder.File("nowhere", "b"));

        Claiming("a").Should().Throw<UsageException>().WithMessage("*out/a is there*");

        File.Exists(folder.File("nowhere", "b")).Should().BeFalse();
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
    public void Temporary_names_lie_beside_the_output_and_are_others_each_time()
    {
        var (one, two) = (TemporaryFile.NewIn(folder.File("out")), TemporaryFile.NewIn(folder.File("out")));

        two.Should().NotBe(one);
        Path.GetDirectoryName(TemporaryFile.NameOf(folder.File("out", "a"))).Should().Be(folder.File("out"));
        TemporaryFile.NameOf(folder.File("out", "a")).Should().MatchRegex("/a[.][0-9a-f]{16}[.]tmp$");
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

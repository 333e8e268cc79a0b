using System.Diagnostics;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Storage;

public sealed class StoredFilesTests : IDisposable
{
    private readonly TestFolder folder = new();

    [Fact]
    public void A_pipe_is_told_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes are told from files on Linux");
        Process.Start("mkfifo", folder.File("pool", "a.parquet")).WaitForExit();

        FluentActions.Invoking(() => StoredFiles.Open(folder.File("pool", "a.parquet"))).Should().Throw<DataException>().WithMessage("*a.parquet is a pipe*");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/random")]
    public void A_link_to_a_device_is_no_file(string device)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "devices are told from files on Linux");
        File.CreateSymbolicLink(folder.File("a.csv"), device);

        FluentActions.Invoking(() => StoredFiles.Open(folder.File("a.csv"))).Should().Throw<DataException>().WithMessage("*a.csv is a pipe, a socket or a device*");
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        File.WriteAllText(folder.File("a.csv"), "");

        StoredFiles.Open(folder.File("a.csv"), TestContext.Current.CancellationToken).Path.Should().Be(folder.File("a.csv"));
    }

    public void Dispose() => folder.Dispose();
}

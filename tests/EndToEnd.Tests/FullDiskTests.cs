using System.Diagnostics;

namespace ParquetPool.EndToEnd.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task AFileThatFindsNoRoomIsNamedAndLeavesNothing()
    {
        using var folder = new TestFolder();
        var start = new ProcessStartInfo("bash", ["-c", "trap '' XFSZ; ulimit -f 300; exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "trainer"), "synthesize", "--rows", "20000", "--test-rows", "10", "--out", folder.File("posts")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // Its own file would find no room either.
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(1, error);
        error.TrimEnd().Split('\n')[^1].Should().Contain("train-00000.parquet cannot be written").And.Contain("has room");
        folder.Files().Should().NotContain(file => file.EndsWith(".parquet", StringComparison.Ordinal) || file.EndsWith(".tmp", StringComparison.Ordinal));
    }
}

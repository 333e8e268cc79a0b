using System.Diagnostics;

namespace ParquetPool.EndToEnd.Tests;

public sealed class TelemetryTests
{
    /// <summary>Every system call of one <c>scorer score</c> that reaches for the network or makes a file.</summary>
    [Fact]
    public async Task ScoringConnectsToNothingAndWritesNothingButItsOutput()
    {
        Assert.SkipUnless(await TracesAsync(), "this system has no strace");
        using var folder = new TestFolder();
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool", "shard-0.parquet"), 0);
        var (home, temporary) = (Directory.CreateDirectory(folder.File("home")).FullName, Directory.CreateDirectory(folder.File("temporary")).FullName);
        var start = new ProcessStartInfo(
            "strace",
            [
                "-f", "-qq", "-o", folder.File("calls"), "-e", "trace=connect,sendto,sendmsg,sendmmsg,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2",
                Path.Combine(AppContext.BaseDirectory, "scorer"), "score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("out"), "--on-bad-rows", "reject",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["TMPDIR"] = temporary;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // .NET's own pipes for debuggers.
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment.Remove("XDG_CACHE_HOME");
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.Should().Be(0, error);

        var calls = File.ReadAllLines(folder.File("calls"));
        calls.Should().Contain(call => call.Contains("libonnxruntime", StringComparison.Ordinal), "the library was loaded");
        calls.Should().NotContain(call => call.Contains("AF_INET", StringComparison.Ordinal) || call.Contains("/etc/resolv.conf", StringComparison.Ordinal) || call.Contains("connect(", StringComparison.Ordinal));
        calls.Where(call => (call.Contains("O_CREAT", StringComparison.Ordinal) || call.Contains("mkdir", StringComparison.Ordinal) || call.Contains("rename", StringComparison.Ordinal)) && call.Contains('"'))
            .Should().OnlyContain(call => call.Contains($"\"{folder.File("out")}", StringComparison.Ordinal) || call.Contains("\"/proc/self/fd/", StringComparison.Ordinal) || call.Contains("\"/dev/", StringComparison.Ordinal));
        Directory.EnumerateFileSystemEntries(home).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(temporary).Should().BeEmpty();
    }

    private static async Task<bool> TracesAsync()
    {
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("strace", ["-qq", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            await trial.WaitForExitAsync(TestContext.Current.CancellationToken);
            return trial.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

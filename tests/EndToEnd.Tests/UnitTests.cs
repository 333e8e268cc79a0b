using System.Diagnostics;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The systemd unit of <c>deploy</c>, run as systemd would: every file system read-only but the paths it names.</summary>
public sealed class UnitTests : IDisposable
{
    /// <summary>Puts program and folder where the unit has them, makes all else read-only, sees to /tmp, and becomes the command.</summary>
    private const string Sandbox =
        """
        set -e
        program=$1; work=$2; temporary=$3; shift 3
        mount -t tmpfs tmpfs /opt; mkdir /opt/parquetpool; mount --bind "$program" /opt/parquetpool
        mount -t tmpfs tmpfs /srv; mkdir /srv/parquetpool; mount --bind "$work" /srv/parquetpool
        for place in / /tmp /var/tmp /home /root /dev/shm /run /opt /srv; do
          ! mountpoint -q "$place" || mount -o remount,bind,ro "$place"
        done
        case $temporary in
          private) mount -t tmpfs tmpfs /tmp ;;
          full) mount -t tmpfs -o size=64k tmpfs /tmp; head -c 1M /dev/zero > /tmp/filled 2> /dev/null || true ;;
        esac
        ! touch /usr/any /srv/any 2> /dev/null
        cd /srv/parquetpool
        exec "$@"
        """;

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RealData.Root(), "deploy", "parquetpool.service"));

    private readonly TestFolder folder = new();

    [Fact]
    public void ItLeavesTheServiceItsOwnFolderAlone()
    {
        Lines.Should().Contain("ProtectSystem=strict").And.Contain("PrivateTmp=yes").And.Contain("ReadWritePaths=/srv/parquetpool").And.Contain("UMask=0077");
        File.ReadAllText(Path.Combine(RealData.Root(), "docs", "operations.md")).Should().Contain(string.Join('\n', Lines), "the unit is shown as it is");
    }

    [Theory]
    [InlineData("private")]
    [InlineData("read-only")]
    [InlineData("full")]
    public async Task ItsJobsScoreAndSelect(string temporary)
    {
        Assert.SkipUnless(await HasNamespacesAsync(), "this system gives no mount namespaces");
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool", "shard-0.parquet"), 0);
        File.WriteAllText(folder.File("jobs.json"), """
            { "jobs": [
              { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "on-bad-rows": "reject" }, "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] },
              { "name": "query", "command": "select", "options": { "scores": "{nightly}", "top": 5, "strategy": "batchbald", "out": "query" }, "triggers": [{ "after": "nightly" }] } ] }
            """);

        using var service = Start(temporary);
        var log = service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!service.HasExited && !File.Exists(Path.Combine(folder.Root, "query", "latest", "select.json")))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            if (Directory.Exists(Path.Combine(folder.Root, "state", "runs")) && Directory.EnumerateFiles(Path.Combine(folder.Root, "state", "runs"), "*.json", SearchOption.AllDirectories).Any(run => File.ReadAllText(run).Contains("\"failed\"", StringComparison.OrdinalIgnoreCase)))
            {
                break;
            }
        }
        Process.Start("kill", ["-s", "TERM", $"{service.Id}"])!.WaitForExit();
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);

        File.Exists(Path.Combine(folder.Root, "query", "latest", "select.json")).Should().BeTrue(await log);
        service.ExitCode.Should().Be(0);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<bool> HasNamespacesAsync()
    {
        using var trial = Process.Start(new ProcessStartInfo("unshare", ["-r", "-m", "mount", "-t", "tmpfs", "tmpfs", "/tmp"]) { RedirectStandardError = true })!;
        await trial.WaitForExitAsync(TestContext.Current.CancellationToken);
        return trial.ExitCode == 0;
    }

    private Process Start(string temporary)
    {
        var command = Value("ExecStart").Single().Replace(":8400", ":0", StringComparison.Ordinal).Split(' ');
        var start = new ProcessStartInfo("unshare", ["-r", "-m", "bash", "-c", Sandbox, "sandbox", AppContext.BaseDirectory, folder.Root, temporary, .. command, "--poll", "1"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = "/nonexistent";
        foreach (var variable in Value("Environment").Select(value => value.Split('=', 2)))
        {
            start.Environment[variable[0]] = variable[1];
        }
        return Process.Start(start)!;
    }

    private static IEnumerable<string> Value(string key) => Lines.Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..]);
}

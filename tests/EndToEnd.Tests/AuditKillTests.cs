using System.Diagnostics;
using System.Security.Cryptography;
using ParquetPool.Columns;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>An audit that is killed at random moments and started again loses the part it was at, no more.</summary>
public sealed class AuditKillTests : IDisposable
{
    private const int Width = 64;
    private const int Kills = 6;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ARestartedAuditLeavesTheFilesOfAnUndisturbedOne()
    {
        Write("train", 1, 6_000);
        Write("test", 2, 20_000);
        var watch = Stopwatch.StartNew();
        await Tool.Scorer(Audit("undisturbed")).Succeeds();
        var life = watch.Elapsed;
        var random = new PhiloxStream(seed: 3, stream: 0);
        var (killed, done) = (0, 0L);
        while (killed < Kills)
        {
            var isKilled = await RunAndKill(life * random.Uniform());
            if (isKilled && File.Exists(folder.File("out/audit.json")))
            {
                // As good as done: the progress was still to be removed and the list of what was written to be closed.
                await Tool.Scorer(Audit("out")).Succeeds();
                isKilled = false;
            }
            if (!isKilled)
            {
                Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
                Directory.Delete(folder.File("out"), recursive: true);
                done = 0;
                continue;
            }
            killed++;
            var now = RowsDone();
            now.Should().BeGreaterThanOrEqualTo(done, "no finished part is lost");
            done = now;
        }

        await Tool.Scorer(Audit("out")).Succeeds();

        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
        Directory.Exists(folder.File("out/progress")).Should().BeFalse();
    }

    /// <summary>The test rows that are compared, by the record that counts: behind its key.</summary>
    private long RowsDone() => File.Exists(folder.File("out/progress/1.record")) ? BitConverter.ToInt64(File.ReadAllBytes(folder.File("out/progress/1.record")), SHA256.HashSizeInBytes) : 0;

    /// <summary>Whether the kill came before the end.</summary>
    private async Task<bool> RunAndKill(TimeSpan after)
    {
        using var process = Tool.Start("scorer", Audit("out"));
        var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(exit, Task.Delay(after, TestContext.Current.CancellationToken));
        process.Kill();
        await exit;
        process.ExitCode.Should().BeOneOf([0, 128 + 9], await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return process.ExitCode != 0;
    }

    // A mebibyte for vectors cuts the test split into parts of 4,096 rows or less.
    private string[] Audit(string name) =>
        ["audit", "-q", "--train", folder.File("train"), "--test", folder.File("test"), "--out", folder.File(name), "--vector-megabytes", "1", "--neighbours", "2"];

    /// <summary>Every file but the record of the audit, which names times, and what an audit at work keeps, with its hash.</summary>
    private Dictionary<string, string> Outputs(string name) =>
        Directory.EnumerateFiles(folder.File(name), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "audit.json" && Path.GetFileName(Path.GetDirectoryName(path)) != "progress")
            .ToDictionary(path => Path.GetRelativePath(folder.File(name), path), path => ContentHash.Of(path));

    private void Write(string split, uint stream, int rows)
    {
        var words = new uint[rows * Width];
        Philox.Fill(7, 0, 0, stream, 0, 0, words);
        using var writer = new ShardWriter(folder.File($"{split}/a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
        writer.Write(rows, Enumerable.Range(0, rows).Select(row => $"{split}-{row}").ToArray(), Array.ConvertAll(words, word => (float)((word / 4294967296.0) - 0.5)));
        writer.Complete();
    }
}

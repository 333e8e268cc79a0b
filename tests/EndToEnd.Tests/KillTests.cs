using System.Diagnostics;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>SIGKILL gives a program no time to tidy up: the real process is killed, again and again, and must lose nothing.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 20;
    private const int Shards = 8;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AScoringRunKilledAtTwentyMomentsEndsWithTheFilesOfAnUndisturbedOne()
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        for (var shard = 0; shard < Shards; shard++)
        {
            SmallPool.WriteShard(folder.File($"pool/shard-{shard:D2}.parquet"), shard);
        }
        var watch = Stopwatch.StartNew();
        await Tool.Scorer(Score("undisturbed")).Succeeds();
        var life = watch.Elapsed;

        var random = new PhiloxStream(seed: 1, stream: 0);
        var finished = new Dictionary<string, DateTime>();
        var (killed, killedAfterWork) = (0, 0);
        while (killed < Kills)
        {
            // In turn while it starts or is at its next shard, and after one more is finished: of the clock alone a busy machine makes kills that all come too early.
            var more = killed % 2;
            if (await RunAndKill(finished.Count + more, (more == 0 ? life : life / Shards) * random.Uniform()))
            {
                killed++;
                RememberFinished(finished);
                killedAfterWork += finished.Count > 0 ? 1 : 0;
            }
            else
            {
                // It was faster than the kill, for most was done: the next kills meet a life from its beginning.
                RememberFinished(finished);
                Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
                Directory.Delete(folder.File("out"), recursive: true);
                finished.Clear();
            }
        }
        killedAfterWork.Should().BePositive("some kill must fall where there is something to lose");

        var last = await Tool.Scorer(Score("out")).Succeeds();

        last.Summary.GetProperty("rowsReused").GetInt64().Should().Be(finished.Count * (long)SmallPool.RowsPerShard);
        RememberFinished(finished);
        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
    }

    /// <summary>Whether the kill came before the end.</summary>
    /// <param name="shards">How many are finished when the time begins to count.</param>
    private async Task<bool> RunAndKill(int shards, TimeSpan after)
    {
        using var process = Tool.Start("scorer", Score("out"));
        var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (!exit.IsCompleted && Finished().Count() < shards)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        await Task.WhenAny(exit, Task.Delay(after, TestContext.Current.CancellationToken));
        process.Kill();
        await exit;
        process.ExitCode.Should().BeOneOf([0, 128 + 9], await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return process.ExitCode != 0;
    }

    /// <summary>Adds the shards finished since, and checks that those known are neither lost nor written again.</summary>
    private void RememberFinished(Dictionary<string, DateTime> finished)
    {
        var now = Finished().ToDictionary(path => Path.GetFileName(path), File.GetLastWriteTimeUtc);
        finished.Where(shard => now.GetValueOrDefault(shard.Key) != shard.Value).Should().BeEmpty();
        foreach (var (shard, written) in now)
        {
            finished.TryAdd(shard, written);
        }
    }

    private IEnumerable<string> Finished() => Directory.Exists(folder.File("out/scores")) ? Directory.EnumerateFiles(folder.File("out/scores"), "*.json") : [];

    private string[] Score(string name) =>
        ["score", "-q", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File(name), "--passes", "40", "--on-bad-rows", "reject"];

    /// <summary>Every file but the record of the run, which names times, with its hash.</summary>
    private Dictionary<string, string> Outputs(string name) =>
        Directory.EnumerateFiles(folder.File(name), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "run.json")
            .ToDictionary(path => Path.GetRelativePath(folder.File(name), path), path => ContentHash.Of(path));
}

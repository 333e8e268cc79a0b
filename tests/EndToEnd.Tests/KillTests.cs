using System.Diagnostics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>SIGKILL gives a program no time to tidy up: the real process is killed, again and again, and must lose nothing.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 20;
    private const int Shards = 8;
    private const int RowsPerShard = 1_500;
    private const int Width = 32;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AScoringRunKilledAtTwentyMomentsEndsWithTheFilesOfAnUndisturbedOne()
    {
        WriteModel();
        for (var shard = 0; shard < Shards; shard++)
        {
            WriteShard(shard);
        }
        var watch = Stopwatch.StartNew();
        await Tool.Scorer(Score("undisturbed")).Succeeds();
        var life = watch.Elapsed;

        var random = new PhiloxStream(seed: 1, stream: 0);
        var finished = new Dictionary<string, DateTime>();
        var (killed, killedAfterWork) = (0, 0);
        while (killed < Kills)
        {
            if (await RunAndKill(life * random.Uniform()))
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

        last.Summary.GetProperty("rowsReused").GetInt64().Should().Be(finished.Count * (long)RowsPerShard);
        RememberFinished(finished);
        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
    }

    /// <summary>Whether the kill came before the end.</summary>
    private async Task<bool> RunAndKill(TimeSpan after)
    {
        using var process = Tool.Start("scorer", Score("out"));
        var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(exit, Task.Delay(after, TestContext.Current.CancellationToken));
        process.Kill();
        await exit;
        process.ExitCode.Should().BeOneOf([0, 128 + 9], await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return process.ExitCode != 0;
    }

    /// <summary>Adds the shards finished since, and checks that those known are neither lost nor written again.</summary>
    private void RememberFinished(Dictionary<string, DateTime> finished)
    {
        var now = Directory.Exists(folder.File("out/scores"))
            ? Directory.EnumerateFiles(folder.File("out/scores"), "*.json").ToDictionary(path => Path.GetFileName(path), File.GetLastWriteTimeUtc)
            : [];
        finished.Where(shard => now.GetValueOrDefault(shard.Key) != shard.Value).Should().BeEmpty();
        foreach (var (shard, written) in now)
        {
            finished.TryAdd(shard, written);
        }
    }

    private string[] Score(string name) =>
        ["score", "-q", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File(name), "--passes", "40", "--on-bad-rows", "reject"];

    /// <summary>Every file but the record of the run, which names times, with its hash.</summary>
    private Dictionary<string, string> Outputs(string name) =>
        Directory.EnumerateFiles(folder.File(name), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "run.json")
            .ToDictionary(path => Path.GetRelativePath(folder.File(name), path), path => ContentHash.Of(path));

    /// <summary>Some ids are NULL and some stand twice, so that there are rejects of both kinds.</summary>
    private void WriteShard(int shard)
    {
        using var writer = new ShardWriter(folder.File($"pool/shard-{shard:D2}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
        writer.Write(
            RowsPerShard,
            Enumerable.Range(0, RowsPerShard).Select(row => row % 500 == 3 ? null : row % 900 == 5 ? $"row-{row}" : $"row-{shard}-{row}").ToArray(),
            Numbers((uint)shard, RowsPerShard * Width));
        writer.Complete();
    }

    private void WriteModel()
    {
        var g = new GraphBuilder("model");
        var x = g.Input("features", TensorProto.Types.DataType.Float, -1, Width);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        var hidden = g.Op("Relu", [g.Op("MatMul", [x, g.Constant("w1", Numbers(100, Width * 512), Width, 512)])]);
        hidden = g.Op("Dropout", [hidden, g.Scalar(0.5f), active]);
        hidden = g.Op("Relu", [g.Op("MatMul", [hidden, g.Constant("w2", Numbers(101, 512 * 256), 512, 256)])]);
        hidden = g.Op("Dropout", [hidden, g.Scalar(0.5f), active]);
        g.Output(g.Op("MatMul", [hidden, g.Constant("w3", Numbers(102, 256 * 10), 256, 10)]), "logits", TensorProto.Types.DataType.Float, -1, 10);
        File.WriteAllBytes(folder.File("model.onnx"), ModelFile.ToBytes(g.Model));
    }

    private static float[] Numbers(uint stream, int count)
    {
        var words = new uint[count];
        Philox.Fill(7, 0, 0, stream, 0, 0, words);
        return Array.ConvertAll(words, word => (float)((word / 4294967296.0) - 0.5) * 0.3f);
    }
}

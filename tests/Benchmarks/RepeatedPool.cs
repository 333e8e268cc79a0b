using ParquetPool.Columns;
using ParquetPool.Randomness;
using ParquetPool.Shards;
using ParquetPool.Trainer.Arrays;
using ParquetPool.Trainer.Sources;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Benchmarks;

/// <summary>Fashion-MNIST as pools in which every image stands once or several times, each time with noise of its own.</summary>
/// <remarks>
/// As RepeatedMNIST of Kirsch et al. (2019): to every copy Gaussian noise of standard deviation <see cref="Noise"/> is added, pixels being 0 to 1.
/// A hundred images more, once each, are what the trainer holds out in every round; as in that paper, they are labelled from the start.
/// </remarks>
internal sealed class RepeatedPool(string data, string folder)
{
    public const int Rows = 2_500;
    public const int HeldOut = 100;
    public const double Noise = 0.05;
    private const int Width = 784;
    private const int TrainRows = 60_000;
    private const int TestRows = 10_000;

    private readonly SourceRows images = Read(data, "train", TrainRows);
    private readonly Dictionary<string, string> labels = [];

    /// <summary>The label of a row of any pool.</summary>
    public string LabelOf(string id) => labels[id];

    /// <summary>Writes a pool of images drawn by the seed.</summary>
    /// <returns>The pool's folder. Of two pools with the same seed, that with fewer copies is a part of the other.</returns>
    public string Write(ulong seed, int copies)
    {
        var path = Path.Combine(folder, $"pool-{seed}-{copies}");
        var drawn = Drawn(seed);
        using var writer = new ShardWriter(Path.Combine(path, "pool.parquet"), Columns);
        for (var copy = 0; copy < copies; copy++)
        {
            int[] chosen = [.. drawn.Take(copy == 0 ? Rows + HeldOut : Rows)];
            var noise = new PhiloxStream(seed, stream: 1 + (uint)copy);
            var values = new float[chosen.Length * Width];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = images.Features[(chosen[i / Width] * Width) + (i % Width)] + (float)(Noise * noise.Normal());
            }
            string[] ids = [.. chosen.Select((row, i) => Id(row, copy, isHeldOut: i >= Rows))];
            writer.Write(ids.Length, ids, values);
            foreach (var (row, id) in chosen.Zip(ids))
            {
                labels[id] = images.Labels[row]!;
            }
        }
        writer.Complete();
        return path;
    }

    /// <summary>The first <paramref name="rows"/> rows to be labelled, which stand in the pool however many copies it has, and behind them those that are held out.</summary>
    public static IEnumerable<string> FirstIds(ulong seed, int rows)
    {
        var drawn = Drawn(seed);
        return drawn.Take(rows).Select(row => Id(row, 0, isHeldOut: false)).Concat(drawn.Skip(Rows).Select(row => Id(row, 0, isHeldOut: true)));
    }

    /// <summary>Writes the test images as they are.</summary>
    /// <returns>Their folder, and their labels by id.</returns>
    public (string Path, IReadOnlyDictionary<string, string> Labels) WriteTest()
    {
        var test = Read(data, "t10k", TestRows);
        var path = Path.Combine(folder, "test");
        string[] ids = [.. Enumerable.Range(0, TestRows).Select(i => $"test-{i}")];
        using var writer = new ShardWriter(Path.Combine(path, "test.parquet"), Columns);
        writer.Write(TestRows, ids, test.Features);
        writer.Complete();
        return (path, ids.Zip(test.Labels).ToDictionary(p => p.First, p => p.Second!));
    }

    private static ShardColumn[] Columns => [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)];

    private static int[] Drawn(ulong seed)
    {
        var words = new uint[TrainRows];
        Philox.Fill((uint)seed, (uint)(seed >> 32), 0, 0, 0, 1, words);
        return [.. Enumerable.Range(0, TrainRows).OrderBy(i => words[i]).Take(Rows + HeldOut)];
    }

    /// <summary>The trainer decides by the id whether a row is held out: the first of several ids for which it decides right.</summary>
    private static string Id(int row, int copy, bool isHeldOut) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{row:D5}-{copy}-{i}").First(id => Holdout.Place(id) < LabellingLoop.Validation == isHeldOut);

    private static SourceRows Read(string data, string split, int rows)
    {
        using var source = new IdxSource(Path.Combine(data, $"{split}-images-idx3-ubyte.gz"), Path.Combine(data, $"{split}-labels-idx1-ubyte.gz"));
        var all = new SourceRows(rows, Width);
        source.Read(all);
        return all;
    }
}

using ParquetPool.Columns;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>Gaussian clusters: centres are standard normal, a row is a centre drawn evenly plus standard normal noise times the spread.</summary>
/// <remarks>Two rows of a cluster have cosine 1 / (1 + spread²) in the mean, rows of different clusters 0.</remarks>
internal sealed class MadeClusters
{
    private const ulong Seed = 1;
    private const int RowsOfStream = 1000;

    private readonly int width;
    private readonly double spread;
    private readonly float[][] centres;

    public MadeClusters(int width, int clusters, double spread)
    {
        (this.width, this.spread) = (width, spread);
        var draws = new PhiloxStream(Seed, 0);
        centres = [.. Enumerable.Range(0, clusters).Select(_ => Enumerable.Range(0, width).Select(_ => (float)draws.Normal()).ToArray())];
    }

    /// <summary>Rows of a split; two splits share the clusters alone.</summary>
    public IEnumerable<float[]> Rows(int count, int split) =>
        Enumerable.Range(0, count).Chunk(RowsOfStream).Index().AsParallel().AsOrdered().SelectMany(chunk =>
        {
            var draws = new PhiloxStream(Seed, (uint)((split << 16) + chunk.Index));
            return Array.ConvertAll(chunk.Item, _ => Array.ConvertAll(centres[draws.Below(centres.Length)], c => (float)(c + (spread * draws.Normal()))));
        });

    /// <summary>Writes a split as shards of packed vectors.</summary>
    public void Write(string folder, int count, int split)
    {
        const int RowsOfShard = 100_000;
        foreach (var (shard, chunk) in Rows(count, split).Chunk(RowsOfShard).Index())
        {
            using var writer = new ShardWriter(
                Path.Combine(folder, $"shard-{shard:D4}.parquet"), [new ShardColumn("id", ShardType.Text), new ShardColumn("features", ShardType.FloatBlob, width)]);
            foreach (var (part, rows) in chunk.Chunk(RowsOfStream).Index())
            {
                writer.Write(rows.Length, Enumerable.Range(0, rows.Length).Select(i => $"{split}-{((long)shard * RowsOfShard) + (part * RowsOfStream) + i}").ToArray(), rows.SelectMany(r => r).ToArray());
            }
            writer.Complete();
        }
    }

    /// <summary>The same in blocks.</summary>
    public EmbeddingBlock[] Blocks(int count, int split)
    {
        var size = EmbeddingBlock.EvenRows(count);
        var blocks = new List<EmbeddingBlock>();
        foreach (var (row, vector) in Rows(count, split).Index())
        {
            if (row % size == 0)
            {
                blocks.Add(new EmbeddingBlock(size, width));
            }
            blocks[^1].TryAdd(vector, row, $"row-{row}", (UInt128)row);
        }
        return [.. blocks];
    }
}

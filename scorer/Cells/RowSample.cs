using ParquetPool.Randomness;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>About so many of a split's rows, drawn by their numbers.</summary>
/// <param name="total">Rows of the split.</param>
/// <param name="count">Rows wanted.</param>
/// <param name="stream">Samples of different streams are independent.</param>
internal sealed class RowSample(int total, int count, uint stream)
{
    private const ulong Seed = 1;
    private readonly double share = (double)count / Math.Max(1, total);

    /// <summary>Whether a row is drawn.</summary>
    public bool Draws(int row)
    {
        Span<uint> word = stackalloc uint[1];
        Philox.Fill(Seed, Purpose.CellSample, (uint)row, stream, 0, word);
        return word[0] < share * uint.MaxValue;
    }

    /// <summary>The drawn rows among those of a source, in the order of their numbers.</summary>
    public EmbeddingBlock From(IEmbeddingSource source, int width, CancellationToken stopping)
    {
        var drawn = new List<EmbeddingBlock>();
        using var spare = new EmbeddingBlock(source.BlockRows, width);
        while (source.Next(spare, stopping) is { } block)
        {
            foreach (var index in Enumerable.Range(0, block.Count).Where(index => Draws(block.RowAt(index))))
            {
                var row = new EmbeddingBlock(1, width);
                row.Add(block, index);
                drawn.Add(row);
            }
        }
        var sample = new EmbeddingBlock(Math.Max(1, drawn.Count), width);
        foreach (var row in drawn.OrderBy(row => row.RowAt(0)))
        {
            sample.Add(row, 0);
            row.Dispose();
        }
        return sample;
    }
}

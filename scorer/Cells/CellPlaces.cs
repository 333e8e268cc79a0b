using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>Rows by cell that lie in blocks of the caller's, which stay meanwhile: 16 bytes a row.</summary>
internal sealed class CellPlaces(int cells) : ICellRows
{
    private readonly List<(EmbeddingBlock Block, int Index)>[] places = [.. Enumerable.Range(0, cells).Select(_ => new List<(EmbeddingBlock, int)>())];

    /// <inheritdoc/>
    public void Add(int cell, EmbeddingBlock block, int index)
    {
        lock (places[cell])
        {
            places[cell].Add((block, index));
        }
    }

    /// <inheritdoc/>
    public void Complete() => Array.ForEach(places, cell => cell.TrimExcess());

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block)
    {
        block.Clear();
        foreach (var (from, index) in places[cell])
        {
            block.Add(from, index);
            if (block.Count == block.Capacity)
            {
                yield return block;
                block.Clear();
            }
        }
        if (block.Count > 0)
        {
            yield return block;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Rows by cell that stand in a file of an earlier index, cell after cell, and those added to them.</summary>
/// <param name="runs">[cell]: the run of its rows in the file.</param>
/// <param name="added">Takes the rows that are added; belongs to this.</param>
internal sealed class SavedCells(CellRuns file, IReadOnlyList<(long Position, long Bytes)> runs, ICellRows added) : ICellRows
{
    /// <inheritdoc/>
    public void Add(int cell, EmbeddingBlock block, int index) => added.Add(cell, block, index);

    /// <inheritdoc/>
    public void Complete() => added.Complete();

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block) => file.Read([runs[cell]], block).Concat(added.Read(cell, block));

    /// <inheritdoc/>
    public void Dispose() => added.Dispose();
}

using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>Rows by cell. They may be added by several threads; they are read back, by any number, once all are added.</summary>
internal interface ICellRows : IDisposable
{
    /// <summary>Adds a row of a block to a cell.</summary>
    void Add(int cell, EmbeddingBlock block, int index);

    /// <summary>Ends the adding.</summary>
    void Complete();

    /// <summary>Copies a cell's rows into a block, as many at a time as it has room for.</summary>
    /// <returns>The block, filled anew each time.</returns>
    IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block);
}

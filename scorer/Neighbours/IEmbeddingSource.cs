namespace ParquetPool.Scorer.Neighbours;

/// <summary>Hands out the blocks of a corpus once, in any order, to any number of threads.</summary>
public interface IEmbeddingSource
{
    /// <summary>The capacity of every block.</summary>
    int BlockRows { get; }

    /// <summary>The next block, or null after the last.</summary>
    /// <param name="spare">A block of the caller's, <see cref="BlockRows"/> rows, to fill if the source holds none of its own.</param>
    EmbeddingBlock? Next(EmbeddingBlock spare, CancellationToken stopping);
}

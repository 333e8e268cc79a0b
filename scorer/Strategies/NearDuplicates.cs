using System.Globalization;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Strategies;

/// <summary>Finds the rows that double a labelled or a selected row.</summary>
/// <param name="points">Embeddings of the rows.</param>
/// <param name="labelled">Embeddings of the labelled rows.</param>
/// <param name="least">The cosine from which on two rows double each other. A zero vector doubles zero vectors.</param>
internal sealed class NearDuplicates(Points points, Points labelled, double least)
{
    /// <summary>For each row that doubles a labelled one, the most similar of those, the first of equals.</summary>
    public IEnumerable<(int Row, int Labelled, double Similarity)> OfLabelled(CancellationToken stopping)
    {
        if (labelled.Count == 0)
        {
            return [];
        }
        EmbeddingBlock[] rows = Blocks(points);
        EmbeddingBlock[] others = Blocks(labelled);
        try
        {
            var options = new NeighbourSearchOptions(Neighbours: 1, least, Threads: Environment.ProcessorCount);
            var found = NeighbourSearch.Run(rows, new ResidentBlocks(others), options, _ => { }, stopping);
            var alike = from block in rows.Zip(found.Lists)
                        from index in Enumerable.Range(0, block.First.Count)
                        from nearest in block.Second[index].ToArray()
                        select (Row: block.First.RowAt(index), Labelled: nearest.Row, nearest.Similarity);
            return [.. alike.Concat(OfZeros()).OrderBy(pair => pair.Row)];
        }
        finally
        {
            foreach (var block in rows.Concat(others))
            {
                block.Dispose();
            }
        }
    }

    /// <summary>The search leaves zero vectors out, as they have no direction.</summary>
    private IEnumerable<(int Row, int Labelled, double Similarity)> OfZeros() =>
        Enumerable.Range(0, labelled.Count).Where(row => labelled.SquaredNorm(row) == 0).Take(1).SelectMany(zero => Enumerable.Range(0, points.Count).Where(row => points.SquaredNorm(row) == 0).Select(row => (row, zero, 1.0)));

    /// <summary>The other rows that double a row.</summary>
    public IEnumerable<(int Row, double Similarity)> Of(int row)
    {
        var similarities = new double[points.Count];
        Parallel.For(0, points.Count, other => similarities[other] = points.Similarity(other, points, row));
        return similarities.Index().Where(s => s.Index != row && s.Item >= least);
    }

    /// <summary>The vectors that are not zero. Ids are numbers of one length, so that ties are broken by place.</summary>
    private static EmbeddingBlock[] Blocks(Points points)
    {
        var size = EmbeddingBlock.EvenRows(points.Count);
        return [.. Enumerable.Range(0, points.Count).Chunk(size).Select(rows =>
        {
            var block = new EmbeddingBlock(size, points.Width);
            foreach (var row in rows)
            {
                block.TryAdd(points[row], row, row.ToString("D10", CultureInfo.InvariantCulture), 0);
            }
            return block;
        })];
    }
}

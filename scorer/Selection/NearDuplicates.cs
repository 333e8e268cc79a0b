namespace ParquetPool.Scorer.Selection;

/// <summary>Finds the rows that double a labelled or a selected row.</summary>
/// <param name="points">Embeddings of the rows.</param>
/// <param name="labelled">Embeddings of the labelled rows.</param>
/// <param name="least">The cosine from which on two rows double each other. A zero vector doubles nothing.</param>
internal sealed class NearDuplicates(Points points, Points labelled, double least)
{
    /// <summary>For each row that doubles a labelled one, the most similar of those, the first of equals.</summary>
    public IEnumerable<(int Row, int Labelled, double Similarity)> OfLabelled()
    {
        var nearest = new (int Labelled, double Similarity)[points.Count];
        Parallel.For(0, points.Count, row =>
        {
            nearest[row] = (-1, double.NegativeInfinity);
            for (var other = 0; other < labelled.Count; other++)
            {
                var similarity = points.Similarity(row, labelled, other);
                nearest[row] = similarity > nearest[row].Similarity ? (other, similarity) : nearest[row];
            }
        });
        return nearest.Index().Where(n => n.Item.Similarity >= least).Select(n => (n.Index, n.Item.Labelled, n.Item.Similarity));
    }

    /// <summary>The other rows that double a row.</summary>
    public IEnumerable<(int Row, double Similarity)> Of(int row)
    {
        var similarities = new double[points.Count];
        Parallel.For(0, points.Count, other => similarities[other] = points.Similarity(other, points, row));
        return similarities.Index().Where(s => s.Index != row && s.Item >= least);
    }
}

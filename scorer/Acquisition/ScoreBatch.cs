namespace ParquetPool.Scorer.Acquisition;

/// <summary>The scores of a batch of rows, a column each. A reusable buffer.</summary>
public sealed class ScoreBatch
{
    private readonly double[][] columns;

    /// <param name="halvesOf">The column that is also held for each half of the committee; null for none.</param>
    public ScoreBatch(int capacity, int passes, ScoreColumn? halvesOf = null)
    {
        var whole = ScoreColumn.For(passes);
        Columns = halvesOf is null ? whole : [.. whole, .. ScoreColumn.HalvesOf(halvesOf)];
        WholeColumns = whole.Count;
        HalvesOf = halvesOf is null ? -1 : whole.Index().First(c => c.Item == halvesOf).Index;
        columns = [.. Columns.Select(_ => new double[capacity])];
        Predicted = new int[capacity];
        Confidence = new double[capacity];
    }

    /// <summary>The columns held, in the order of the files.</summary>
    public IReadOnlyList<ScoreColumn> Columns { get; }

    /// <summary>The number of columns of the whole committee; those of its halves come after.</summary>
    public int WholeColumns { get; }

    /// <summary>The index of the column that the halves' columns belong to; -1 where there are none.</summary>
    public int HalvesOf { get; }

    /// <summary>The class with the highest mean probability, [row]; the first of equals.</summary>
    public int[] Predicted { get; }

    /// <summary>The mean probability of the predicted class, [row].</summary>
    public double[] Confidence { get; }

    /// <summary>The values of column <paramref name="index"/>, [row].</summary>
    public double[] Column(int index) => columns[index];
}

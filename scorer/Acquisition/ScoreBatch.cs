namespace ParquetPool.Scorer.Acquisition;

/// <summary>The scores of a batch of rows, a column each. A reusable buffer.</summary>
public sealed class ScoreBatch
{
    private readonly double[][] columns;

    public ScoreBatch(int capacity, int passes)
    {
        Columns = ScoreColumn.For(passes);
        columns = [.. Columns.Select(_ => new double[capacity])];
        Predicted = new int[capacity];
        Confidence = new double[capacity];
    }

    /// <summary>The columns held, in the order of the files.</summary>
    public IReadOnlyList<ScoreColumn> Columns { get; }

    /// <summary>The class with the highest mean probability, [row]; the first of equals.</summary>
    public int[] Predicted { get; }

    /// <summary>The mean probability of the predicted class, [row].</summary>
    public double[] Confidence { get; }

    /// <summary>The values of column <paramref name="index"/>, [row].</summary>
    public double[] Column(int index) => columns[index];
}

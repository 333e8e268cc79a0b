namespace ParquetPool.Scorer.Acquisition;

/// <summary>The scores of a batch of rows, a column each. A reusable buffer.</summary>
internal sealed class ScoreBatch
{
    private readonly double[][] columns;
    private readonly float[][] halfColumns;

    /// <param name="predictsLosses">Whether there is a column for predicted losses, behind those of the logits.</param>
    public ScoreBatch(int capacity, int passes, bool predictsLosses = false)
    {
        (Columns, LogitColumns) = (ScoreColumn.For(passes, predictsLosses), ScoreColumn.For(passes).Count);
        HalfColumns = [.. Columns.Where(c => c.HasHalves(passes)).SelectMany(ScoreColumn.HalvesOf)];
        columns = [.. Columns.Select(_ => new double[capacity])];
        halfColumns = [.. HalfColumns.Select(_ => new float[capacity])];
        Predicted = new int[capacity];
        Confidence = new double[capacity];
    }

    /// <summary>The columns held, in the order of the files.</summary>
    public IReadOnlyList<ScoreColumn> Columns { get; }

    /// <summary>How many of them, the first, are computed from logits.</summary>
    public int LogitColumns { get; }

    /// <summary>Puts predicted losses into their column.</summary>
    /// <param name="losses">[row]; may be empty.</param>
    public void TakePredictedLosses(ReadOnlySpan<float> losses, int at)
    {
        for (var row = 0; row < losses.Length; row++)
        {
            columns[LogitColumns][at + row] = losses[row];
        }
    }

    /// <summary>The same by the first and by the second half of the committee, two columns for each; none where it has no halves.</summary>
    public IReadOnlyList<ScoreColumn> HalfColumns { get; }

    /// <summary>The class with the highest mean probability, [row]; the first of equals.</summary>
    public int[] Predicted { get; }

    /// <summary>The mean probability of the predicted class, [row].</summary>
    public double[] Confidence { get; }

    /// <summary>The values of column <paramref name="index"/>, [row].</summary>
    public double[] Column(int index) => columns[index];

    /// <summary>The values of half column <paramref name="index"/>, [row]; in single precision, as ranks are all that they are for.</summary>
    public float[] HalfColumn(int index) => halfColumns[index];
}

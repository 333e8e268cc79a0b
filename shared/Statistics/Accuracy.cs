namespace ParquetPool.Statistics;

/// <summary>Rows, those predicted right with dropout off, and their share; null of no rows.</summary>
public sealed record Accuracy(long Rows, long Right, double? Share)
{
    /// <summary>Of so many rows so many right.</summary>
    public static Accuracy Of(long rows, long right) => new(rows, right, rows > 0 ? (double)right / rows : null);
}

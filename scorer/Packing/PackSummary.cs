namespace ParquetPool.Scorer.Packing;

/// <summary>The last line of <c>scorer pack</c>.</summary>
/// <param name="Columns">The packed columns.</param>
/// <param name="BytesBefore">Of the pool's files.</param>
/// <param name="RowsPerSecondBefore">Reading ids and the columns of the pool, on one thread.</param>
/// <param name="Faster">How many times faster the packed pool is read.</param>
internal sealed record PackSummary(
    string Command,
    int Shards,
    long Rows,
    IReadOnlyList<string> Columns,
    long BytesBefore,
    long BytesAfter,
    double RowsPerSecondBefore,
    double RowsPerSecondAfter,
    double Faster,
    double Seconds,
    string Pool);

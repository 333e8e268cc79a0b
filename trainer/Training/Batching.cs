namespace ParquetPool.Trainer.Training;

/// <summary>How an epoch's rows are cut into batches of about the size asked for.</summary>
public enum Batching
{
    /// <summary>No batch is larger, and their sizes differ by one row at most.</summary>
    Balanced,

    /// <summary>All batches have the size but the last, which has the rest.</summary>
    Fixed,

    /// <summary>
    /// As <see cref="Fixed"/>, with the larger size b + ⌊(n mod b) / ⌊n / b⌋⌋ for n rows and batches of b: the rest is spread over the batches
    /// but for fewer than ⌊n / b⌋ rows, which are the last batch.
    /// </summary>
    Published,
}

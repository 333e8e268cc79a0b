using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Training;

/// <summary>Cuts shuffled rows into batches whose sizes differ by one row at most.</summary>
public static class BatchPlan
{
    // Sets these words apart from the other uses of one seed: first weights, dropout.
    private const uint Purpose = 0x53485546;

    /// <summary>Batches of an epoch.</summary>
    public static int Count(int rows, int batchRows) => (rows + batchRows - 1) / batchRows;

    /// <summary>The rows of each batch of an epoch: a pure function of its arguments.</summary>
    /// <remarks>Fisher and Yates' shuffle (Knuth, algorithm P), with words from Philox.</remarks>
    public static IEnumerable<ArraySegment<int>> Epoch(int rows, int batchRows, ulong seed, int epoch)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        var words = new uint[rows];
        Philox.Fill((uint)seed, (uint)(seed >> 32), 0, (uint)epoch, 0, Purpose, words);
        for (var i = rows - 1; i > 0; i--)
        {
            var other = (int)(((ulong)words[i] * (uint)(i + 1)) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }
        var batches = Count(rows, batchRows);
        for (var batch = 0; batch < batches; batch++)
        {
            var start = (int)((long)rows * batch / batches);
            var end = (int)((long)rows * (batch + 1) / batches);
            yield return new ArraySegment<int>(order, start, end - start);
        }
    }
}

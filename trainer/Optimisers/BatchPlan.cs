using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Optimisers;

/// <summary>Cuts shuffled rows into batches.</summary>
/// <param name="Batching">How.</param>
/// <param name="Rows">The size asked for.</param>
internal readonly record struct BatchPlan(Batching Batching, int Rows)
{
    /// <summary>The most rows that a batch can have, however many rows there are.</summary>
    public int MostRows => Batching == Batching.Published ? (2 * Rows) - 1 : Rows;

    /// <summary>Batches of an epoch.</summary>
    public int Count(int rows) => (rows + Size(rows) - 1) / Size(rows);

    /// <summary>The rows of each batch of an epoch: a pure function of plan and arguments.</summary>
    /// <remarks>Fisher and Yates' shuffle (Knuth, algorithm P), with words from Philox.</remarks>
    public IEnumerable<ArraySegment<int>> Epoch(int rows, ulong seed, int epoch)
    {
        var order = Shuffled(rows, seed, epoch);
        var (batches, size) = (Count(rows), Size(rows));
        for (var batch = 0; batch < batches; batch++)
        {
            var start = Batching == Batching.Balanced ? (int)((long)rows * batch / batches) : batch * size;
            var end = Batching == Batching.Balanced ? (int)((long)rows * (batch + 1) / batches) : Math.Min(rows, (batch + 1) * size);
            yield return new ArraySegment<int>(order, start, end - start);
        }
    }

    private int Size(int rows) => Batching == Batching.Published && rows >= Rows ? Rows + (rows % Rows / (rows / Rows)) : Rows;

    private static int[] Shuffled(int rows, ulong seed, int epoch)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        var words = new uint[rows];
        Philox.Fill(seed, Purpose.RowOrder, 0, (uint)epoch, 0, words);
        for (var i = rows - 1; i > 0; i--)
        {
            var other = (int)(((ulong)words[i] * (uint)(i + 1)) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}

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

using ParquetPool.Randomness;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Rows in one shuffled order after another, so many a step, however many there are. Not for two threads at a time.</summary>
/// <param name="rows">How many there are.</param>
/// <param name="purpose">Sets these orders apart from others of the seed.</param>
internal sealed class RowCycle(int rows, ulong seed, Purpose purpose)
{
    private int[] order = [];
    private int used;
    private uint turn;

    /// <summary>The places of the next rows.</summary>
    public int[] Next(int count)
    {
        var taken = new int[count];
        for (var i = 0; i < count; i++)
        {
            if (used == order.Length)
            {
                (order, used) = (Shuffled(rows, new PhiloxStream(seed, purpose, turn++)), 0);
            }
            taken[i] = order[used++];
        }
        return taken;
    }

    /// <summary>Fisher and Yates' shuffle (Knuth, algorithm P).</summary>
    public static int[] Shuffled(int rows, PhiloxStream draws)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        for (var i = rows - 1; i > 0; i--)
        {
            var other = draws.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}

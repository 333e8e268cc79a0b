namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Deals the rows of several batches out, so that each batch has some of all: the published MixMatch does, for the sake of batch normalisation.</summary>
internal static class Interleaving
{
    /// <summary>The place from which each row of the interleaved batches is taken; doing it twice undoes it.</summary>
    /// <param name="batches">How many, one behind the other.</param>
    /// <param name="rows">Of each.</param>
    /// <remarks>A batch is cut into as many parts as there are batches; part i of the first is exchanged with part i of batch i.</remarks>
    public static long[] Order(int batches, int rows)
    {
        long[] order = [.. Enumerable.Range(0, batches * rows)];
        for (var batch = 1; batch < batches; batch++)
        {
            for (var row = rows * batch / batches; row < rows * (batch + 1) / batches; row++)
            {
                var other = (batch * rows) + row;
                (order[row], order[other]) = (order[other], order[row]);
            }
        }
        return order;
    }
}

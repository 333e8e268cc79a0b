namespace ParquetPool.Shards;

/// <summary>Hands rows from the thread that writes to the thread that encodes, without a queue.</summary>
/// <remarks>
/// The giver waits until its arrays are copied, so at most one chunk of DuckDB lies between the two; encoding overlaps with the
/// giver's next rows. Chunks are filled to the brim whatever the arrays' sizes: the file does not show how it was cut.
/// </remarks>
internal sealed class RowHandover(IReadOnlyList<ShardColumn> columns) : IDisposable
{
    private readonly SemaphoreSlim given = new(0);
    private readonly SemaphoreSlim taken = new(0);
    private (Array[] Arrays, int Rows) offer;

    // Of the encoding thread only.
    private Array[] arrays = [];
    private int next;
    private int end;
    private volatile bool ended;
    private volatile bool aborted;
    private volatile bool stopped;

    /// <summary>Returns once the rows are copied; false where the encoding thread has stopped.</summary>
    public bool Give(Array[] values, int rows)
    {
        offer = (values, rows);
        given.Release();
        taken.Wait();
        return !stopped;
    }

    /// <summary>No more rows.</summary>
    public void End(bool aborting)
    {
        (aborted, ended) = (aborting, true);
        given.Release();
    }

    /// <summary>The encoding thread is over: releases a giver that waits, and all later ones.</summary>
    public void Stop()
    {
        stopped = true;
        taken.Release();
    }

    /// <summary>Fills one chunk, on the encoding thread.</summary>
    public int Fill(FeedChunk chunk)
    {
        var filled = 0;
        while (filled < Feed.ChunkRows && (next < end || Receive()))
        {
            var rows = Math.Min(Feed.ChunkRows - filled, end - next);
            for (var column = 0; column < columns.Count; column++)
            {
                chunk.Copy(column, columns[column], arrays[column], next, filled, rows);
            }

            (filled, next) = (filled + rows, next + rows);
            if (next == end)
            {
                taken.Release();
            }
        }

        return filled;
    }

    public void Dispose()
    {
        given.Dispose();
        taken.Dispose();
    }

    private bool Receive()
    {
        if (!ended)
        {
            given.Wait();
        }

        if (aborted)
        {
            throw new OperationCanceledException("the rest of the rows will not come");
        }

        if (ended)
        {
            return false;
        }

        (arrays, end) = offer;
        next = 0;
        return true;
    }
}

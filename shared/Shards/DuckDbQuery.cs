using System.Text;

namespace ParquetPool.Shards;

/// <summary>A running statement: one chunk of at most 2,048 rows at a time.</summary>
/// <remarks>Columns are counted from 0. Spans and texts are of the current chunk and end with the next <see cref="Next"/>.</remarks>
internal sealed unsafe class DuckDbQuery : IDisposable
{
    private nint statement;
    private Native.Result result;
    private bool started;
    private nint chunk;
    private bool ended;

    public DuckDbQuery(nint connection, string sql)
    {
        try
        {
            if (Native.Prepare(connection, sql, out statement) != 0)
            {
                throw new DuckDbException(DuckDb.Utf8(Native.PrepareError(statement)));
            }

            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Columns { get; private set; }

    /// <summary>Rows of the current chunk.</summary>
    public int Count { get; private set; }

    /// <summary>Goes to the next chunk; false after the last.</summary>
    /// <exception cref="DuckDbException">Rows could not be read or computed.</exception>
    public bool Next()
    {
        Native.DestroyChunk(ref chunk);
        if (ended)
        {
            // DuckDB closes the result with its last chunk: to ask again is an error there.
            return false;
        }

        chunk = Native.FetchChunk(result);
        Count = chunk == 0 ? 0 : (int)Native.ChunkSize(chunk);
        ended = Count == 0;
        if (chunk == 0)
        {
            ThrowIfFailed();
        }

        return !ended;
    }

    public bool IsValid(int column, int row) => IsValid(Validity(column), (ulong)row);

    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged => new(Native.VectorData(Vector(column)), Count);

    public string Text(int column, int row) => Encoding.UTF8.GetString(Bytes(column, row));

    /// <summary>The bytes of a text or blob.</summary>
    public ReadOnlySpan<byte> Bytes(int column, int row)
    {
        var entry = (Native.StringEntry*)Native.VectorData(Vector(column)) + row;
        return new(entry->Length <= Native.StringEntry.InlineLength ? &entry->FirstByte : entry->Address, (int)entry->Length);
    }

    public nint Vector(int column) => Native.ChunkVector(chunk, (ulong)column);

    /// <summary>One bit a row, or null where every row holds a value.</summary>
    public ulong* Validity(int column) => Native.VectorValidity(Vector(column));

    public static bool IsValid(ulong* validity, ulong row) => validity == null || (validity[row / 64] >> (int)(row % 64) & 1) != 0;

    public void Dispose()
    {
        Native.DestroyChunk(ref chunk);
        if (started)
        {
            fixed (Native.Result* address = &result)
            {
                Native.DestroyResult(address);
            }

            started = false;
        }

        Native.DestroyPrepare(ref statement);
    }

    private void Start()
    {
        var state = Native.PendingPreparedStreaming(statement, out var pending);
        try
        {
            if (state != 0)
            {
                throw new DuckDbException(DuckDb.Utf8(Native.PendingError(pending)));
            }

            fixed (Native.Result* address = &result)
            {
                started = true;
                if (Native.ExecutePending(pending, address) != 0)
                {
                    ThrowIfFailed();
                    throw new DuckDbException(DuckDb.Utf8(Native.PendingError(pending)));
                }

                Columns = (int)Native.ColumnCount(address);
            }
        }
        finally
        {
            Native.DestroyPending(ref pending);
        }
    }

    private void ThrowIfFailed()
    {
        fixed (Native.Result* address = &result)
        {
            if (Native.ResultError(address) is var error and not 0)
            {
                throw new DuckDbException(DuckDb.Utf8(error));
            }
        }
    }
}

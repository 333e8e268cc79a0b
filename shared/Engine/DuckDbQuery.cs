using System.Text;
using DuckDB.NET.Native;

namespace ParquetPool.Engine;

/// <summary>A running statement: one chunk of at most 2,048 rows at a time.</summary>
/// <remarks>Columns are counted from 0. Spans and texts are of the current chunk and end with the next <see cref="Next"/>.</remarks>
internal sealed unsafe class DuckDbQuery : IDisposable
{
    private readonly DuckDBPreparedStatement statement;
    private readonly Action fail;
    private readonly DuckDbVector[] vectors;
    private DuckDBResult result;
    private DuckDBDataChunk? chunk;
    private bool ended;

    /// <param name="fail">Called before what failed is told.</param>
    public DuckDbQuery(DuckDBNativeConnection connection, string sql, Action fail)
    {
        this.fail = fail;
        var prepared = NativeMethods.PreparedStatements.DuckDBPrepare(connection, sql, out statement);
        try
        {
            if (!prepared.IsSuccess())
            {
                throw Failed(NativeMethods.PreparedStatements.DuckDBPrepareError(statement));
            }

            if (!NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out result).IsSuccess())
            {
                throw Failed(NativeMethods.Query.DuckDBResultError(ref result));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        vectors = new DuckDbVector[NativeMethods.Query.DuckDBColumnCount(ref result)];
    }

    public int Columns => vectors.Length;

    /// <summary>Rows of the current chunk.</summary>
    public int Count { get; private set; }

    public string Name(int column) => NativeMethods.Query.DuckDBColumnName(ref result, column);

    /// <summary>The caller disposes of it.</summary>
    public DuckDBLogicalType Type(int column) => NativeMethods.Query.DuckDBColumnLogicalType(ref result, column);

    /// <summary>Goes to the next chunk; false after the last.</summary>
    /// <exception cref="DuckDbException">Rows could not be read or computed.</exception>
    public bool Next()
    {
        chunk?.Dispose();
        if (ended)
        {
            // DuckDB closes the result with its last chunk: to ask again is an error there.
            return false;
        }

        chunk = NativeMethods.Query.DuckDBFetchChunk(result);
        Count = chunk.IsInvalid ? 0 : (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        ended = Count == 0;
        if (chunk.IsInvalid && NativeMethods.Query.DuckDBResultError(ref result) is { } error)
        {
            throw Failed(error);
        }

        for (var column = 0; column < vectors.Length && !ended; column++)
        {
            vectors[column] = new(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column));
        }

        return !ended;
    }

    public DuckDbVector Vector(int column) => vectors[column];

    public bool IsValid(int column, int row) => vectors[column].IsValid(row);

    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged => new(vectors[column].Data, Count);

    public string Text(int column, int row) => Encoding.UTF8.GetString(Bytes(column, row));

    /// <summary>The bytes of a text or blob.</summary>
    public ReadOnlySpan<byte> Bytes(int column, int row) => vectors[column].Bytes(row);

    public void Dispose()
    {
        chunk?.Dispose();
        result.Close();
        statement.Dispose();
    }

    private DuckDbException Failed(string reason)
    {
        fail();
        return new(reason);
    }
}

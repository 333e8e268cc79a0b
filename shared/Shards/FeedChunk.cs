using System.Buffers;
using System.Text;
using DuckDB.NET.Native;

namespace ParquetPool.Shards;

/// <summary>A chunk of DuckDB that a feed fills.</summary>
internal readonly unsafe struct FeedChunk(DuckDBDataChunk chunk)
{
    /// <summary>Copies rows <paramref name="from"/>.. of <paramref name="values"/> to rows <paramref name="to"/>.. of the chunk.</summary>
    public void Copy(int index, ShardColumn column, Array values, int from, int to, int rows)
    {
        var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, index);
        switch (column.Type)
        {
            case ShardType.Text:
                CopyText(vector, ((string?[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Int64:
                CopyValues(vector, ((long[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Int32:
                CopyValues(vector, ((int[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Boolean:
                CopyValues(vector, ((bool[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Double:
                CopyReals(vector, ((double[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Float:
                CopyReals(vector, ((float[])values).AsSpan(from, rows), to);
                break;
            case ShardType.FloatList:
                CopyLists(vector, Rows((float[])values, column.Width, from, rows), column.Width, to);
                break;
            case ShardType.FloatBlob:
                CopyBlobs(vector, Rows((float[])values, column.Width, from, rows), column.Width, to);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column.Type, null);
        }
        for (var row = 0; column.Optional && row < rows; row++)
        {
            if (float.IsNaN(((float[])values)[(from + row) * column.Width]))
            {
                DuckDbVector.SetNull(vector, to + row);
            }
        }
    }

    private static ReadOnlySpan<float> Rows(float[] values, int width, int from, int rows) =>
        values.AsSpan(from * width, rows * width);

    private static void CopyValues<T>(nint vector, ReadOnlySpan<T> values, int to)
        where T : unmanaged => values.CopyTo(new Span<T>((T*)NativeMethods.Vectors.DuckDBVectorGetData(vector) + to, values.Length));

    private static void CopyReals<T>(nint vector, ReadOnlySpan<T> values, int to)
        where T : unmanaged, System.Numerics.IFloatingPoint<T>
    {
        CopyValues(vector, values, to);
        for (var row = 0; row < values.Length; row++)
        {
            if (T.IsNaN(values[row]))
            {
                DuckDbVector.SetNull(vector, to + row);
            }
        }
    }

    private static void CopyText(nint vector, ReadOnlySpan<string?> values, int to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256);
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row] is not { } text)
            {
                DuckDbVector.SetNull(vector, to + row);
                continue;
            }

            if (Encoding.UTF8.GetMaxByteCount(text.Length) is var needed && needed > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(needed);
            }

            var length = Encoding.UTF8.GetBytes(text, buffer);
            fixed (byte* bytes = buffer)
            {
                NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)(to + row), bytes, length);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void CopyLists(nint vector, ReadOnlySpan<float> values, int width, int to)
    {
        var start = to * width;
        Require(NativeMethods.Vectors.DuckDBListVectorReserve(vector, (ulong)(start + values.Length)));
        values.CopyTo(new Span<float>((float*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBListVectorGetChild(vector)) + start, values.Length));
        var entries = (DuckDBListEntry*)NativeMethods.Vectors.DuckDBVectorGetData(vector) + to;
        for (var row = 0; row * width < values.Length; row++)
        {
            entries[row] = new((ulong)(start + (row * width)), (ulong)width);
        }

        Require(NativeMethods.Vectors.DuckDBListVectorSetSize(vector, (ulong)(start + values.Length)));
    }

    private static void Require(DuckDBState state)
    {
        if (!state.IsSuccess())
        {
            throw new DuckDbException("DuckDB has no room for a chunk of lists");
        }
    }

    private static void CopyBlobs(nint vector, ReadOnlySpan<float> values, int width, int to)
    {
        fixed (float* first = values)
        {
            for (var row = 0; row * width < values.Length; row++)
            {
                NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)(to + row), (byte*)(first + (row * width)), (long)width * sizeof(float));
            }
        }
    }
}
